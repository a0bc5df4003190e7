-- name: principal_recovery_rate
-- title: Principal collected of what fell due | 贷款本金回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.principal_due, payment.principal_paid
-- source: 银行贷后管理绩效考核 贷款本金回收率; CGAP due cohort
-- edges: Instalments of due_cohort; principal allocated to them by the period end, first in first out.

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    close_part AS numerator,
    due_part AS denominator,
    'OWNER_AT_DUE_DATE' AS rule_code
FROM due_cohort
WHERE component = 'principal'
