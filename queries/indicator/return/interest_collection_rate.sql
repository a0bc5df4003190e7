-- name: interest_collection_rate
-- title: Interest collected of what fell due | 利息实收率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.interest_due, payment.interest_paid
-- source: 银行贷后管理绩效考核 利息收入保障; 利息收回率
-- edges: Instalments of due_cohort; interest allocated to them by the period end, first in first out. Interest of non-performing loans stays in the
--   denominator; waived and capitalised interest is not collected.

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    close_part AS numerator,
    due_part AS denominator,
    'OWNER_AT_DUE_DATE' AS rule_code
FROM due_cohort
WHERE component = 'interest'
