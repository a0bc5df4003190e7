-- name: tier_better_than_floor
-- title: No class better than its regulatory floor | 五级分类不优于监管下限
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: 商业银行金融资产风险分类办法 (2023) Art. 10-13
-- edges: ACTIVE snapshots of the period, one row per loan with its latest breach. More than 7 days past due means SPECIAL_MENTION at best (up to 7 days
--   may be technical and are let pass), more than 90 SUBSTANDARD, more than 270 DOUBTFUL, more than 360 LOSS, each strictly. An allowance of at
--   least 50 % of principal, accrued interest and other balances means DOUBTFUL, of at least 90 % LOSS. Rules on the other debts of the
--   customer are not checked here. A loan without a class is not checked.

WITH graded AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        five_tier_class,
        allowance_amount,
        CASE five_tier_class
            WHEN 'NORMAL' THEN 1
            WHEN 'SPECIAL_MENTION' THEN 2
            WHEN 'SUBSTANDARD' THEN 3
            WHEN 'DOUBTFUL' THEN 4
            WHEN 'LOSS' THEN 5
        END AS tier_rank,
        greatest(
            CASE
                WHEN days_past_due > 360 THEN 5
                WHEN days_past_due > 270 THEN 4
                WHEN days_past_due > 90 THEN 3
                WHEN days_past_due > 7 THEN 2
                ELSE 1
            END,
            CASE
                WHEN coalesce(allowance_amount, 0) = 0 THEN 1
                WHEN 10 * allowance_amount >= 9 * (principal_balance + coalesce(accrued_interest_balance, 0) + coalesce(other_balances, 0)) THEN 5
                WHEN 2 * allowance_amount >= principal_balance + coalesce(accrued_interest_balance, 0) + coalesce(other_balances, 0) THEN 4
                ELSE 1
            END
        ) AS floor_rank
    FROM loan_snapshot
    WHERE snapshot_date BETWEEN $period_start AND $period_end
      AND status = 'ACTIVE'
      AND five_tier_class <> 'LOSS'
      AND (days_past_due > 7 OR allowance_amount > 0)
),

breach AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        five_tier_class,
        allowance_amount,
        CASE floor_rank WHEN 2 THEN 'SPECIAL_MENTION' WHEN 3 THEN 'SUBSTANDARD' WHEN 4 THEN 'DOUBTFUL' ELSE 'LOSS' END AS floor_class,
        row_number() OVER (PARTITION BY loan_id ORDER BY snapshot_date DESC) AS recency
    FROM graded
    WHERE tier_rank < floor_rank
)

SELECT
    loan_id AS key,
    concat('Loan ', loan_id, ' is ', five_tier_class, ' on ', CAST(snapshot_date AS TEXT), ' with ',
        coalesce(CAST(days_past_due AS TEXT), 'unknown'), ' days past due and ',
        CASE WHEN allowance_amount IS NULL THEN 'no allowance' ELSE concat('an allowance of ', CAST(allowance_amount AS TEXT)) END, '; the rule asks for ', floor_class, ' at best.') AS detail
FROM breach
WHERE recency = 1
