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
    FROM cash_component
    WHERE component IN ('principal', 'interest')
      AND paid < 0
    UNION
    SELECT loan_id
    FROM owner
    WHERE valid_from > $period_start
      AND valid_from <= $period_end
),

component_cash AS (
    SELECT
        cash_component.payment_id,
        cash_component.loan_id,
        cash_component.schedule_version,
        cash_component.component,
        cash_component.value_date,
        cash_component.paid
    FROM looked_at
    JOIN cash_component ON cash_component.loan_id = looked_at.loan_id
    WHERE cash_component.component IN ('principal', 'interest')
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
