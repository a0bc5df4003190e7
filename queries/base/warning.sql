-- name: warning
-- title: Warnings, each with its customer | 风险预警（补齐客户）
-- kind: base
-- params: knowledge TEXT
-- source: a warning on a loan is one on its customer; Holopainen and Sarlin (2015), evaluation with the data known at the time
-- edges: A delivered customer stays. A warning on a loan that the loan table does not hold has no customer. issued_on is the day that counts: that of
--   issued_at, or, in a strict run where the bank's system first had the row more than two days later, that of known_at, so that a back-dated warning cannot
--   look timely. is_known_late tells of such a row in every run.

SELECT
    delivered.warning_id,
    coalesce(delivered.customer_id, loan.customer_id) AS customer_id,
    delivered.loan_id,
    delivered.issued_at,
    CASE
        WHEN $knowledge = 'strict' AND delivered.known_at > delivered.issued_at + INTERVAL '2 days' THEN CAST(delivered.known_at AS DATE)
        ELSE CAST(delivered.issued_at AS DATE)
    END AS issued_on,
    coalesce(delivered.known_at > delivered.issued_at + INTERVAL '2 days', FALSE) AS is_known_late,
    delivered.signal_type,
    delivered.severity,
    delivered.score,
    delivered.source,
    delivered.rule_id,
    delivered.officer_id,
    delivered.status,
    delivered.closed_at,
    delivered.close_reason,
    delivered.mitigation,
    delivered.source_system,
    delivered.batch_id,
    delivered.known_at
FROM input.warning AS delivered
LEFT JOIN loan ON loan.loan_id = delivered.loan_id
