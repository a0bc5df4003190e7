-- name: classification_deviation
-- title: Loans over 90 days to non-performing loans | 逾期90天以上贷款与不良贷款之比（偏离度）
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share
-- needs: loan_snapshot.status, loan_snapshot.days_past_due, loan_snapshot.five_tier_class
-- source: NFRA practice on classification deviation (偏离度 at most 1)
-- edges: Balance more than 90 days past due (strictly) over balance in class SUBSTANDARD, DOUBTFUL or LOSS, ACTIVE loans of the closing snapshot.
--   The numerator is not confined to non-performing loans, which is why the value can exceed 1 where classes are too good.
--   Without non-performing balance the value is NULL with NO_EXPOSURE, also when there are loans over 90 days. Loans in neither part
--   give no evidence.

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN days_past_due > 90 THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CASE WHEN is_npl THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS denominator,
    'OWNER_AT_PERIOD_END' AS rule_code
FROM stock
WHERE days_past_due > 90
   OR is_npl
