-- name: warning
-- title: Warnings, each with its customer | 风险预警（补齐客户）
-- kind: base
-- source: a warning on a loan is one on its customer
-- edges: A delivered customer stays. A warning on a loan that the loan table does not hold has no customer.

SELECT
    delivered.warning_id,
    coalesce(delivered.customer_id, loan.customer_id) AS customer_id,
    delivered.loan_id,
    delivered.issued_at,
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
