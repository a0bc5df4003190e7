-- name: overdue_ratio
-- title: Overdue loan ratio | 逾期贷款率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share
-- needs: loan_snapshot.status, loan_snapshot.days_past_due
-- source: 逾期贷款率, bank disclosure practice
-- edges: The whole principal of a loan at least one day past due over the principal, ACTIVE loans of the closing snapshot. Due today and
--   unpaid tonight is 0 days. A loan without days past due stays in the denominator and out of the numerator.
--   A zero balance gives NULL with NO_EXPOSURE.

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN days_past_due > 0 THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    balance_part AS denominator,
    'OWNER_AT_PERIOD_END' AS rule_code
FROM stock
