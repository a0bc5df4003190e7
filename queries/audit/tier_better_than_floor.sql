-- name: tier_better_than_floor
-- title: No class better than its regulatory floor | 五级分类不优于监管下限
-- kind: audit
-- severity: warning
-- source: 商业银行金融资产风险分类办法 (2023) Art. 10-13, 20-23
-- edges: ACTIVE snapshots of the period, one row per loan with its latest breach. The floor is that of tier_floor, as in classification_breach_rate.
--   A loan without a class is not checked.

WITH breach AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        five_tier_class,
        allowance_amount,
        floor_class,
        floor_rule,
        row_number() OVER (PARTITION BY loan_id ORDER BY snapshot_date DESC) AS recency
    FROM tier_floor
    WHERE is_breach
)

SELECT
    loan_id AS key,
    concat('Loan ', loan_id, ' is ', five_tier_class, ' on ', CAST(snapshot_date AS TEXT), ' with ',
        coalesce(CAST(days_past_due AS TEXT), 'unknown'), ' days past due and ',
        CASE WHEN allowance_amount IS NULL THEN 'no allowance' ELSE concat('an allowance of ', CAST(allowance_amount AS TEXT)) END,
        '; the rule on ',
        CASE floor_rule
            WHEN 'DAYS_PAST_DUE' THEN 'days past due'
            WHEN 'ALLOWANCE' THEN 'allowances'
            WHEN 'RESTRUCTURE' THEN 'restructured loans'
            ELSE 'other debts of the customer'
        END,
        ' asks for ', floor_class, ' at best.') AS detail
FROM breach
WHERE recency = 1
