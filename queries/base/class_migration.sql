-- name: class_migration
-- title: What became of the classes of the opening | 期初各类贷款的去向
-- kind: base
-- keep: yes
-- source: 商业银行风险监管核心指标 (贷款迁徙率), return 1104
-- edges: One row per loan ACTIVE with a class on the opening snapshot. reduced is the principal reduced between the two snapshots by payments (all
--   types but RECOVERY; a REVERSAL gives back), net write-offs and sales. It is at least 0, at most the opening balance, and the whole of it for a
--   loan no longer ACTIVE or no longer reported at the close; capitalised interest does not lower it. Where no payment at all is delivered, it is the
--   fall of the balance, not below 0, and events are not looked at. to_rank is empty for a loan that left the book or has no class at the close.
--   Without a snapshot in the period there is no row.

WITH opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        five_tier.five_tier_class,
        five_tier.tier_rank
    FROM loan_month
    JOIN five_tier ON five_tier.five_tier_class = loan_month.five_tier_class
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

closing AS (
    SELECT
        loan_month.loan_id,
        loan_month.principal_balance,
        five_tier.tier_rank
    FROM loan_month
    LEFT JOIN five_tier ON five_tier.five_tier_class = loan_month.five_tier_class
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
)

SELECT
    opening.loan_id,
    opening.customer_id,
    opening.snapshot_date AS open_date,
    opening.five_tier_class AS from_class,
    opening.tier_rank AS from_rank,
    closing.tier_rank AS to_rank,
    opening.principal_balance AS opening_balance,
    closing.principal_balance AS closing_balance,
    CAST(CASE
        WHEN closing.loan_id IS NULL THEN opening.principal_balance
        WHEN (SELECT count(*) FROM payment) = 0
            THEN greatest(opening.principal_balance - closing.principal_balance, 0)
        ELSE least(greatest(coalesce(reduction.amount, 0), 0), opening.principal_balance)
    END AS DECIMAL(18,2)) AS reduced
FROM opening
LEFT JOIN closing ON closing.loan_id = opening.loan_id
LEFT JOIN reduction ON reduction.loan_id = opening.loan_id
WHERE (SELECT close_date FROM reporting_date) IS NOT NULL
