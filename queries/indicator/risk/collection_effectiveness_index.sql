-- name: collection_effectiveness_index
-- title: Collection effectiveness index | 催收有效指数
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers by share on the due date, for what was due before the period on its first day
-- needs: instalment.principal_due, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: Credit Research Foundation, CEI: (beginning + sales - ending total) / (beginning + sales - ending current)
-- edges: Principal and interest that were unpaid at the opening, and what fell due in the period less what had been paid before it; less what is unpaid at the close, over the same
--   less what is unpaid at the close and due on the last day of the period. Instalments cancelled before the period, or on or before their due date, are
--   out; what a cancellation in the period leaves unpaid counts as unpaid.

WITH item AS (
    SELECT
        loan_id,
        component,
        due_date,
        greatest(due_date, $period_start) AS owned_on,
        due_amount - received_opening AS outstanding,
        due_amount - received_close AS unpaid
    FROM instalment_state
    WHERE due_amount > received_opening
      AND (cancelled_on IS NULL OR (cancelled_on > due_date AND cancelled_on >= $period_start))
)

SELECT
    owner.officer_id,
    item.loan_id,
    loan.customer_id,
    concat(item.loan_id, '/', CAST(item.due_date AS VARCHAR), '/', item.component) AS key,
    CAST((item.outstanding - item.unpaid) * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST((item.outstanding - CASE WHEN item.due_date = $period_end THEN item.unpaid ELSE 0 END) * owner.share AS DECIMAL(38,12)) AS denominator,
    CASE WHEN item.due_date < $period_start THEN 'OPENING_ARREARS' ELSE 'NEWLY_DUE' END AS rule_code
FROM item
JOIN loan ON loan.loan_id = item.loan_id
JOIN owner
  ON owner.loan_id = item.loan_id
 AND owner.valid_from <= item.owned_on
 AND owner.valid_to > item.owned_on
