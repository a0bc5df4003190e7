-- name: principal_recovery_rate
-- title: Principal collected of what fell due | 贷款本金回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.principal_due, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: the article 贷款本金回收率; CGAP due cohort
-- edges: Instalments due in the period but those cancelled on or before their due date; principal allocated to them by the period end, first in first out. An instalment
--   cancelled later stays, with what it had received.

SELECT
    owner.officer_id,
    instalment_state.loan_id,
    loan.customer_id,
    concat(instalment_state.loan_id, '/', CAST(instalment_state.due_date AS VARCHAR)) AS key,
    CAST(instalment_state.received_close * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(instalment_state.due_amount * owner.share AS DECIMAL(38,12)) AS denominator,
    'OWNER_AT_DUE_DATE' AS rule_code
FROM instalment_state
JOIN loan ON loan.loan_id = instalment_state.loan_id
JOIN owner
  ON owner.loan_id = instalment_state.loan_id
 AND owner.valid_from <= instalment_state.due_date
 AND owner.valid_to > instalment_state.due_date
WHERE instalment_state.component = 'principal'
  AND instalment_state.due_date BETWEEN $period_start AND $period_end
  AND (instalment_state.cancelled_on IS NULL OR instalment_state.cancelled_on > instalment_state.due_date)
