-- name: migration_rate_substandard
-- title: Migration out of class substandard | 次级类贷款迁徙率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the opening snapshot date by share
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class
-- source: 商业银行风险监管核心指标 (贷款迁徙率), return 1104
-- edges: Closing balance of the loans that were SUBSTANDARD at the opening and are ACTIVE as DOUBTFUL or LOSS at the close. The denominator is the
--   opening balance less the principal that was paid, written off or sold, so that a loan that left the book drops out; recoveries reduce nothing,
--   and capitalised interest counts in the closing balance but does not enlarge the denominator. Loans of the period are out. A class missing at the
--   close is not worse.

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN to_rank >= 4 THEN closing_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    followed_part AS denominator,
    'OWNER_AT_OPENING' AS rule_code
FROM class_migration_owner
WHERE from_rank = 3
