-- name: par_90
-- title: Portfolio at risk, more than 90 days | 逾期90天以上贷款占比
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share; defaults inherited less than inherit_exempt_days ago stay with the transferors
-- needs: loan_snapshot.status, loan_snapshot.days_past_due
-- source: CGAP and MIX portfolio at risk
-- edges: The whole principal of a loan more than 90 days past due (strictly) over the principal, ACTIVE loans of the closing snapshot; not
--   the late instalments only. A loan without days past due stays in the denominator and out of the numerator.
--   A zero balance gives NULL with NO_EXPOSURE.

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN days_past_due > 90 THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    balance_part AS denominator,
    rule_code
FROM stock_owner
