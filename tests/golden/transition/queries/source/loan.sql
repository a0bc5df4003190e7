-- name: loan
-- title: One loan per entity | 每个主体一笔贷款
-- kind: source
-- source: open-risk/transitionMatrix, datasets/synthetic_data5.csv (Apache-2.0)
-- edges: first state 0 originates in January 2020, 1 in January 2021, 2 in January 2022
SELECT
    loan_id,
    loan_id AS customer_id,
    CASE first_state WHEN 0 THEN DATE '2020-01-01' WHEN 1 THEN DATE '2021-01-01' ELSE DATE '2022-01-01' END AS origination_date,
    1 AS origination_amount
FROM entity
