-- name: evidence_holder
-- title: Branch and segments of whom evidence is about | 指标明细的机构与分组
-- kind: base
-- keep: yes
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: One row per officer, loan and customer that evidence_key names together. The branch is that of the officer, for UNASSIGNED that of the loan, UNASSIGNED
--   where there is none. Segments are those of the loan and its customer; evidence without a loan takes those of its customer, and what has none stands in UNKNOWN.

WITH named AS (
    SELECT DISTINCT officer_id, loan_id, customer_id
    FROM evidence_key
)

SELECT
    named.officer_id,
    named.loan_id,
    named.customer_id,
    CASE
        WHEN named.officer_id = 'UNASSIGNED' THEN coalesce(loan.branch_id, 'UNASSIGNED')
        ELSE coalesce(officer.branch_id, 'UNASSIGNED')
    END AS branch_id,
    coalesce(loan.industry_code, customer.industry_code, 'UNKNOWN') AS industry,
    coalesce(loan.product_code, 'UNKNOWN') AS product,
    coalesce(customer.size_band, 'UNKNOWN') AS size_band,
    coalesce(customer.region, 'UNKNOWN') AS region,
    coalesce(customer.customer_type, 'UNKNOWN') AS customer_type
FROM named
LEFT JOIN loan ON loan.loan_id = named.loan_id
LEFT JOIN customer ON customer.customer_id = CASE WHEN named.customer_id = '' THEN loan.customer_id ELSE named.customer_id END
LEFT JOIN officer ON officer.officer_id = named.officer_id
