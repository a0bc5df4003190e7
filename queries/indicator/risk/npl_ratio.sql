-- name: npl_ratio
-- title: Non-performing loan ratio | 不良贷款率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share; defaults inherited less than inherit_exempt_days ago stay with the transferors
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class
-- source: 商业银行金融资产风险分类办法 (2023) Art. 6; EBA ITS Annex V
-- edges: Balance in class SUBSTANDARD, DOUBTFUL or LOSS over balance, ACTIVE loans of the closing snapshot. Loans written off, sold or paid off
--   are in neither part. A loan without a class stays in the denominator and out of the numerator. A zero balance gives NULL with NO_EXPOSURE.

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN is_npl THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    balance_part AS denominator,
    rule_code
FROM stock_owner
