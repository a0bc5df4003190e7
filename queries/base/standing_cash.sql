-- name: standing_cash
-- title: Cash of the period that no reversal took back | 期内未被冲正的还款
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: a reversal takes back the latest allocations of its component
-- edges: One row per payment of the period and component (principal, interest), only of loans that had arrears to collect, a reversal or a change of owners in the
--   period. from_amount and to_amount are the cash of the version since its beginning before and after the payment, less what
--   later reversals of the period took back: the payment stands for what is owed between the two. Reversals have no row of their own, so that what
--   is taken back is taken from those it was credited to. Same-day payments follow one another in the order of payment_id.

WITH looked_at AS (
    SELECT loan_id
    FROM overdue_item
    UNION
    SELECT loan_id
    FROM cash
    WHERE value_date >= $period_start
      AND (principal_paid < 0 OR interest_paid < 0)
    UNION
    SELECT loan_id
    FROM owner
    WHERE valid_from > $period_start
      AND valid_from <= $period_end
),

component_cash AS (
    SELECT
        cash.payment_id,
        cash.loan_id,
        cash.schedule_version,
        'principal' AS component,
        cash.value_date,
        cash.principal_paid AS paid
    FROM looked_at
    JOIN cash ON cash.loan_id = looked_at.loan_id
    WHERE cash.value_date >= $period_start
      AND cash.principal_paid <> 0
    UNION ALL
    SELECT
        cash.payment_id,
        cash.loan_id,
        cash.schedule_version,
        'interest' AS component,
        cash.value_date,
        cash.interest_paid AS paid
    FROM looked_at
    JOIN cash ON cash.loan_id = looked_at.loan_id
    WHERE cash.value_date >= $period_start
      AND cash.interest_paid <> 0
),

running AS (
    SELECT
        component_cash.payment_id,
        component_cash.loan_id,
        component_cash.schedule_version,
        component_cash.component,
        component_cash.value_date,
        component_cash.paid,
        CASE WHEN component_cash.component = 'principal' THEN account_opening.principal_paid ELSE account_opening.interest_paid END
            + sum(component_cash.paid) OVER (
                PARTITION BY component_cash.loan_id, component_cash.schedule_version, component_cash.component
                ORDER BY component_cash.value_date, component_cash.payment_id ROWS UNBOUNDED PRECEDING
            ) AS paid_after
    FROM account_opening
    JOIN component_cash
      ON component_cash.loan_id = account_opening.loan_id
     AND component_cash.schedule_version = account_opening.schedule_version
),

standing AS (
    SELECT
        payment_id,
        loan_id,
        schedule_version,
        component,
        value_date,
        paid_after - paid AS from_amount,
        min(paid_after) OVER (
            PARTITION BY loan_id, schedule_version, component
            ORDER BY value_date, payment_id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS to_amount
    FROM running
)

SELECT
    payment_id,
    loan_id,
    schedule_version,
    component,
    value_date,
    CAST(from_amount AS DECIMAL(38,2)) AS from_amount,
    CAST(to_amount AS DECIMAL(38,2)) AS to_amount
FROM standing
WHERE to_amount > from_amount
