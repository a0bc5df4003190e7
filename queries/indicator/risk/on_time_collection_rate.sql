-- name: on_time_collection_rate
-- title: Principal collected on time | 按期回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.principal_due, payment.principal_paid
-- source: CGAP OP3 on-time collection
-- edges: Instalments of due_cohort; principal allocated to them by the due date plus payment_grace_days, cash of that day included, but none after
--   the period end. What was reversed by then does not count.

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    on_time_part AS numerator,
    due_part AS denominator,
    'OWNER_AT_DUE_DATE' AS rule_code
FROM due_cohort
WHERE component = 'principal'
