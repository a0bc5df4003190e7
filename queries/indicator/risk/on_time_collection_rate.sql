-- name: on_time_collection_rate
-- title: Principal collected on time | 按期回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.principal_due, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: CGAP OP3 on-time collection
-- edges: Instalments due in the period but those cancelled on or before their due date; principal allocated to them by the due date plus
--   payment_grace_days, cash of that day included, but none after the period end.

SELECT
    owner.officer_id,
    instalment_state.loan_id,
    loan.customer_id,
    concat(instalment_state.loan_id, '/', CAST(instalment_state.due_date AS VARCHAR)) AS key,
    CAST(instalment_state.received_on_time * owner.share AS DECIMAL(38,12)) AS numerator,
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
