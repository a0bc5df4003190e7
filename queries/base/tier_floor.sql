-- name: tier_floor
-- title: Best class that the rules allow | 五级分类监管下限
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, special_mention_dpd INT, substandard_dpd INT, doubtful_dpd INT, loss_dpd INT, doubtful_allowance
--   DECIMAL(12,8), loss_allowance DECIMAL(12,8), obligor_npl_share DECIMAL(12,8)
-- source: 商业银行金融资产风险分类办法 (2023) Art. 10-13, 20-23
-- edges: ACTIVE snapshots of the period whose floor is worse than NORMAL, one row each with the worst floor and the first rule that sets it.
--   DAYS_PAST_DUE: more than special_mention_dpd, substandard_dpd, doubtful_dpd, loss_dpd days, each strictly; up to special_mention_dpd days may be
--   technical and are let pass. ALLOWANCE: an allowance of at least the share doubtful_allowance or loss_allowance of principal, accrued interest and
--   other balances; a loan without any balance has no floor from it. RESTRUCTURE: SPECIAL_MENTION under observation, SUBSTANDARD where the loan was
--   restructured again during it. OBLIGOR: a customer known not to be retail with a non-performing loan here: SPECIAL_MENTION, and SUBSTANDARD where
--   more than obligor_npl_share of its principal here is non-performing (strictly). Debts at other banks are not known. Missing days past due or a
--   missing allowance set no floor. is_breach tells a class better than the floor; a missing class is none.

WITH snapshot AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        five_tier_class,
        allowance_amount,
        principal_balance + coalesce(accrued_interest_balance, 0) + coalesce(other_balances, 0) AS gross_balance
    FROM loan_snapshot
    WHERE snapshot_date BETWEEN $period_start AND $period_end
      AND status = 'ACTIVE'
),

bad_customer AS (
    SELECT
        loan_month.customer_id,
        loan_month.snapshot_date,
        sum(loan_month.principal_balance) AS balance,
        sum(CASE WHEN loan_month.is_npl THEN loan_month.principal_balance ELSE 0 END) AS npl_balance
    FROM customer
    JOIN loan_month ON loan_month.customer_id = customer.customer_id
    WHERE customer.is_retail = FALSE
      AND loan_month.snapshot_date BETWEEN $period_start AND $period_end
      AND loan_month.status = 'ACTIVE'
    GROUP BY loan_month.customer_id, loan_month.snapshot_date
    HAVING sum(CASE WHEN loan_month.is_npl THEN loan_month.principal_balance ELSE 0 END) > 0
),

floor AS (
    SELECT
        loan_id,
        snapshot_date,
        1 AS rule_no,
        CASE
            WHEN days_past_due > $loss_dpd THEN 5
            WHEN days_past_due > $doubtful_dpd THEN 4
            WHEN days_past_due > $substandard_dpd THEN 3
            ELSE 2
        END AS floor_rank
    FROM snapshot
    WHERE days_past_due > $special_mention_dpd
    UNION ALL
    SELECT
        loan_id,
        snapshot_date,
        2 AS rule_no,
        CASE WHEN allowance_amount >= $loss_allowance * gross_balance THEN 5 ELSE 4 END AS floor_rank
    FROM snapshot
    WHERE gross_balance > 0
      AND allowance_amount >= $doubtful_allowance * gross_balance
    UNION ALL
    SELECT
        snapshot.loan_id,
        snapshot.snapshot_date,
        3 AS rule_no,
        CASE WHEN restructure_observation.is_repeated THEN 3 ELSE 2 END AS floor_rank
    FROM restructure_observation
    JOIN snapshot
      ON snapshot.loan_id = restructure_observation.loan_id
     AND snapshot.snapshot_date >= restructure_observation.restructured_on
     AND (restructure_observation.observed_until IS NULL OR snapshot.snapshot_date < restructure_observation.observed_until)
    UNION ALL
    SELECT
        loan_month.loan_id,
        loan_month.snapshot_date,
        4 AS rule_no,
        CASE WHEN bad_customer.npl_balance > $obligor_npl_share * bad_customer.balance THEN 3 ELSE 2 END AS floor_rank
    FROM bad_customer
    JOIN loan_month
      ON loan_month.customer_id = bad_customer.customer_id
     AND loan_month.snapshot_date = bad_customer.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
),

worst AS (
    SELECT
        loan_id,
        snapshot_date,
        max(floor_rank) AS floor_rank,
        first_value(rule_no ORDER BY floor_rank DESC, rule_no) AS rule_no
    FROM floor
    GROUP BY loan_id, snapshot_date
)

SELECT
    worst.loan_id,
    worst.snapshot_date,
    snapshot.days_past_due,
    snapshot.five_tier_class,
    snapshot.allowance_amount,
    floor_tier.five_tier_class AS floor_class,
    CASE worst.rule_no WHEN 1 THEN 'DAYS_PAST_DUE' WHEN 2 THEN 'ALLOWANCE' WHEN 3 THEN 'RESTRUCTURE' ELSE 'OBLIGOR' END AS floor_rule,
    coalesce(own_tier.tier_rank < worst.floor_rank, FALSE) AS is_breach
FROM worst
JOIN snapshot ON snapshot.loan_id = worst.loan_id AND snapshot.snapshot_date = worst.snapshot_date
JOIN five_tier AS floor_tier ON floor_tier.tier_rank = worst.floor_rank
LEFT JOIN five_tier AS own_tier ON own_tier.five_tier_class = snapshot.five_tier_class
