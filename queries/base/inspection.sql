-- name: inspection
-- title: Inspections, each with its customer | 贷后检查（补齐客户）
-- kind: base
-- source: an inspection of a loan is one of its customer
-- edges: A delivered customer stays. An inspection of a loan that the loan table does not hold has no customer.

SELECT
    delivered.inspection_id,
    delivered.loan_id,
    coalesce(delivered.customer_id, loan.customer_id) AS customer_id,
    delivered.inspection_type,
    delivered.due_date,
    delivered.completed_at,
    delivered.completed_by,
    delivered.fund_use_ok,
    delivered.result_code,
    delivered.evidence_ref,
    delivered.cancelled_on,
    delivered.source_system,
    delivered.batch_id,
    delivered.known_at
FROM input.inspection AS delivered
LEFT JOIN loan ON loan.loan_id = delivered.loan_id
