-- name: interest_income_achievement
-- title: Interest income against target | 利息收入完成率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio
-- owner: interest: officers on its value date by share; target: the officer it is set for
-- needs: payment.interest_paid, target.target_value
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 利息收入; target scaled by held over planned balance-days
-- edges: Interest received in the period, penalty interest left out, over the target of the level OFFICER for indicator_id interest_income and the name of
--   the period; only officers with such a target above 0 are here, so that the bank is the sum of those. Balance-days are days of the period times the balance
--   on the opening snapshot, for loans ACTIVE there and up to the day before their end: planned are those of the shares held on the first day of the period,
--   held those of the shares held on each day. The target is multiplied by held / planned, which moves it with a hand-over, down for who gives and up for who
--   takes; new loans, repayments and a changing balance do not move it. An officer without a planned balance keeps the target as it was set.

WITH goal AS (
    SELECT target.org_id AS officer_id, target.target_value
    FROM target
    JOIN period_name ON period_name.period = target.period
    WHERE target.org_level = 'OFFICER'
      AND target.indicator_id = 'interest_income'
      AND target.target_value > 0
),

opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.principal_balance,
        least($period_end, coalesce(loan_month.ended_on - CAST(1 AS INT), $period_end)) AS last_day
    FROM loan_month
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
      AND (loan_month.ended_on IS NULL OR loan_month.ended_on > $period_start)
),

balance_days AS (
    SELECT
        owner.officer_id,
        sum(
            opening.principal_balance * owner.share
                * (least(owner.valid_to - CAST(1 AS INT), opening.last_day) - greatest(owner.valid_from, $period_start) + 1)
        ) AS held,
        sum(
            CASE WHEN owner.valid_from <= $period_start THEN opening.principal_balance * owner.share * (opening.last_day - $period_start + 1) ELSE 0 END
        ) AS planned
    FROM opening
    JOIN owner
      ON owner.loan_id = opening.loan_id
     AND owner.valid_from <= opening.last_day
     AND owner.valid_to > $period_start
    GROUP BY owner.officer_id
),

scaled_goal AS (
    SELECT
        goal.officer_id,
        CASE
            WHEN balance_days.planned > 0
                THEN CAST(
                    CAST(goal.target_value AS DECIMAL(20,4)) * (CAST(balance_days.held AS DECIMAL(32,12)) / CAST(balance_days.planned AS DECIMAL(22,2)))
                AS DECIMAL(38,12))
            ELSE goal.target_value
        END AS amount,
        CASE WHEN balance_days.planned > 0 AND balance_days.held <> balance_days.planned THEN 'TARGET_SCALED' ELSE 'TARGET' END AS rule_code
    FROM goal
    LEFT JOIN balance_days ON balance_days.officer_id = goal.officer_id
)

SELECT
    owner.officer_id,
    payment.loan_id,
    loan.customer_id,
    concat(payment.loan_id, '/', CAST(payment.value_date AS VARCHAR)) AS key,
    CAST(payment.interest_paid * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'INTEREST' AS rule_code
FROM payment
JOIN loan ON loan.loan_id = payment.loan_id
JOIN owner
  ON owner.loan_id = payment.loan_id
 AND owner.valid_from <= payment.value_date
 AND owner.valid_to > payment.value_date
JOIN goal ON goal.officer_id = owner.officer_id
WHERE payment.value_date BETWEEN $period_start AND $period_end
UNION ALL
SELECT
    officer_id,
    CAST(NULL AS VARCHAR) AS loan_id,
    CAST(NULL AS VARCHAR) AS customer_id,
    officer_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    amount AS denominator,
    rule_code
FROM scaled_goal
