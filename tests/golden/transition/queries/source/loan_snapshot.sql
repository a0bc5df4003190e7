-- name: loan_snapshot
-- title: The state of an entity as days past due | 以逾期天数表示的状态
-- kind: source
-- source: open-risk/transitionMatrix, datasets/synthetic_data5.csv (Apache-2.0)
-- edges: time t is the end of month t + 1 of the year of origination
SELECT
    entity.loan_id,
    CAST(CONCAT(
        CASE first_state WHEN 0 THEN '2020' WHEN 1 THEN '2021' ELSE '2022' END,
        CASE "Time" WHEN '0' THEN '-01-31' WHEN '1' THEN '-02-28' WHEN '2' THEN '-03-31' WHEN '3' THEN '-04-30' ELSE '-05-31' END
    ) AS DATE) AS snapshot_date,
    'ACTIVE' AS status,
    1 AS principal_balance,
    CASE "State" WHEN '0' THEN 0 WHEN '1' THEN 45 ELSE 120 END AS days_past_due
FROM raw.observation
JOIN entity ON entity.loan_id = raw.observation."ID"
