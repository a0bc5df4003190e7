-- name: portfolio_migration_rate
-- title: Regulatory migration rates | 贷款迁徙率（监管口径）
-- kind: portfolio
-- grain: from_class
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class
-- source: 商业银行风险监管核心指标 (贷款迁徙率), return 1104
-- edges: Loans ACTIVE in the class on the opening snapshot. numerator = closing balance of those now ACTIVE in a worse class, denominator = opening
--   balance less the principal reduced between the two snapshots by payments (all types but RECOVERY; a REVERSAL gives back), net write-offs and
--   sales. Per loan the reduction is at least 0, at most the opening balance, and the whole of it for a loan no longer ACTIVE or no longer
--   reported at the close; capitalised interest does not enlarge the denominator. Where no payment at all is delivered, the reduction is the fall
--   of the balance, not below 0, and events are not looked at. NORMAL_PLUS_MENTION_TO_NPL (正常贷款) counts NORMAL and SPECIAL_MENTION together and only
--   migration to SUBSTANDARD, DOUBTFUL or LOSS, unlike NORMAL (正常类), which counts any worse class. n_loans are the loans of the class at the open.
--   All five rows are always there; a zero denominator gives NULL with NO_EXPOSURE. A class missing at the close is not worse.

WITH tier AS (
    SELECT 'NORMAL' AS five_tier_class, 1 AS tier_rank
    UNION ALL SELECT 'SPECIAL_MENTION', 2
    UNION ALL SELECT 'SUBSTANDARD', 3
    UNION ALL SELECT 'DOUBTFUL', 4
    UNION ALL SELECT 'LOSS', 5
),

opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.principal_balance,
        tier.tier_rank
    FROM loan_month
    JOIN tier ON tier.five_tier_class = loan_month.five_tier_class
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

closing AS (
    SELECT
        loan_month.loan_id,
        loan_month.principal_balance,
        tier.tier_rank
    FROM loan_month
    LEFT JOIN tier ON tier.five_tier_class = loan_month.five_tier_class
    WHERE loan_month.snapshot_date = (SELECT close_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

principal_movement AS (
    SELECT loan_id, value_date AS movement_date, principal_paid AS amount
    FROM payment
    WHERE coalesce(payment_type, '') <> 'RECOVERY'
    UNION ALL
    SELECT
        loan_id,
        event_date AS movement_date,
        CASE WHEN event_type = 'WRITE_OFF_REVERSAL' THEN -coalesce(amount, 0) ELSE coalesce(amount, 0) END AS amount
    FROM loan_event
    WHERE event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL', 'SALE')
),

reduction AS (
    SELECT loan_id, sum(amount) AS amount
    FROM principal_movement
    WHERE movement_date > (SELECT open_date FROM reporting_date)
      AND movement_date <= (SELECT close_date FROM reporting_date)
    GROUP BY loan_id
),

followed AS (
    SELECT
        opening.tier_rank AS from_rank,
        closing.tier_rank AS to_rank,
        opening.principal_balance AS opening_balance,
        closing.principal_balance AS closing_balance,
        CASE
            WHEN closing.loan_id IS NULL THEN opening.principal_balance
            WHEN (SELECT count(*) FROM payment) = 0
                THEN greatest(opening.principal_balance - closing.principal_balance, 0)
            ELSE least(greatest(coalesce(reduction.amount, 0), 0), opening.principal_balance)
        END AS reduced
    FROM opening
    LEFT JOIN closing ON closing.loan_id = opening.loan_id
    LEFT JOIN reduction ON reduction.loan_id = opening.loan_id
    WHERE (SELECT close_date FROM reporting_date) IS NOT NULL
),

class_of_interest AS (
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
        count(followed.from_rank) AS n_loans,
        CAST(coalesce(sum(CASE WHEN followed.to_rank >= class_of_interest.worse_rank THEN followed.closing_balance END), 0)
            AS DECIMAL(38,12)) AS numerator,
        CAST(coalesce(sum(followed.opening_balance - followed.reduced), 0) AS DECIMAL(38,12)) AS denominator
    FROM class_of_interest
    LEFT JOIN followed
      ON followed.from_rank BETWEEN class_of_interest.first_rank AND class_of_interest.last_rank
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
