-- name: portfolio_migration_rate
-- title: Regulatory migration rates | 贷款迁徙率（监管口径）
-- kind: portfolio
-- grain: from_class
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class
-- source: 商业银行风险监管核心指标 (贷款迁徙率), return 1104
-- edges: Loans ACTIVE in the class on the opening snapshot, as class_migration has them. numerator = closing balance of those now ACTIVE in a worse
--   class, denominator = opening balance less what was reduced in the period; capitalised interest does not enlarge the denominator.
--   NORMAL_PLUS_MENTION_TO_NPL (正常贷款) counts NORMAL and SPECIAL_MENTION together and only migration to SUBSTANDARD, DOUBTFUL or LOSS, unlike NORMAL
--   (正常类), which counts any worse class. n_loans are the loans of the class at the open. All five rows are always there; a zero denominator gives
--   NULL with NO_EXPOSURE. A class missing at the close is not worse.

WITH class_of_interest AS (
    -- A class reaches down to any worse class, the two good ones together to the non-performing ones.
    SELECT 'NORMAL' AS from_class, 1 AS first_rank, 1 AS last_rank, 2 AS worse_rank
    UNION ALL SELECT 'SPECIAL_MENTION', 2, 2, 3
    UNION ALL SELECT 'SUBSTANDARD', 3, 3, 4
    UNION ALL SELECT 'DOUBTFUL', 4, 4, 5
    UNION ALL SELECT 'NORMAL_PLUS_MENTION_TO_NPL', 1, 2, 3
),

rate AS (
    SELECT
        class_of_interest.from_class,
        count(class_migration.from_rank) AS n_loans,
        CAST(coalesce(sum(CASE WHEN class_migration.to_rank >= class_of_interest.worse_rank THEN class_migration.closing_balance END), 0)
            AS DECIMAL(38,12)) AS numerator,
        CAST(coalesce(sum(class_migration.opening_balance - class_migration.reduced), 0) AS DECIMAL(38,12)) AS denominator
    FROM class_of_interest
    LEFT JOIN class_migration
      ON class_migration.from_rank BETWEEN class_of_interest.first_rank AND class_of_interest.last_rank
    GROUP BY class_of_interest.from_class
)

SELECT
    from_class,
    n_loans,
    numerator,
    denominator,
    CASE WHEN denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) END AS value,
    CASE WHEN denominator = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM rate
