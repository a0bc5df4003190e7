-- name: instalment_state
-- title: Instalments of the period and arrears from before, with what they had received | 分期还款状态（逐笔先进先出）
-- kind: base
-- keep: yes
-- params: period_start DATE, payment_grace_days INT
-- source: component-wise first in first out allocation as running sums
-- edges: One row per instalment and component (principal, interest) with an amount due: those due in the period, and those due before it of accounts that were in
--   arrears at the opening, have cancelled instalments or a reversal in the period. before is what was owed by earlier instalments of the version. Received by
--   the opening, by the later of opening and due date, by the due date plus payment_grace_days and by the period end, cash of those days included, and
--   nothing from stopped_on on. Same-day payments count together; the days beyond the period end do not count.

WITH item AS (
    SELECT
        due.loan_id,
        due.schedule_version,
        due.instalment_no,
        due.due_date,
        due.cancelled_on,
        due.stopped_on,
        due.principal_due,
        due.interest_due,
        due.principal_owed,
        due.interest_owed,
        account_opening.principal_paid AS principal_paid_opening,
        account_opening.interest_paid AS interest_paid_opening,
        CASE WHEN account_opening.is_open THEN 0 ELSE account_opening.principal_owed END
            + sum(due.principal_owed) OVER account - due.principal_owed AS principal_before,
        CASE WHEN account_opening.is_open THEN 0 ELSE account_opening.interest_owed END
            + sum(due.interest_owed) OVER account - due.interest_owed AS interest_before
    FROM account_opening
    JOIN due
      ON due.loan_id = account_opening.loan_id
     AND due.schedule_version = account_opening.schedule_version
    WHERE account_opening.is_open
       OR due.due_date >= $period_start
    WINDOW account AS (
        PARTITION BY due.loan_id, due.schedule_version
        ORDER BY due.due_date, due.instalment_no ROWS UNBOUNDED PRECEDING
    )
),

component AS (
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        'principal' AS component,
        due_date,
        cancelled_on,
        stopped_on,
        principal_due AS due_amount,
        principal_owed AS owed_amount,
        principal_before AS before_amount,
        principal_paid_opening AS paid_opening
    FROM item
    WHERE principal_due <> 0
    UNION ALL
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        'interest' AS component,
        due_date,
        cancelled_on,
        stopped_on,
        interest_due AS due_amount,
        interest_owed AS owed_amount,
        interest_before AS before_amount,
        interest_paid_opening AS paid_opening
    FROM item
    WHERE interest_due <> 0
),

daily_cash AS (
    SELECT loan_id, schedule_version, component, value_date, sum(paid) AS paid
    FROM cash_component
    GROUP BY loan_id, schedule_version, component, value_date
),

received AS (
    SELECT
        component.loan_id,
        component.schedule_version,
        component.instalment_no,
        component.component,
        component.due_date,
        min(component.cancelled_on) AS cancelled_on,
        min(component.stopped_on) AS stopped_on,
        component.due_amount,
        min(component.owed_amount) AS owed_amount,
        min(component.before_amount) AS before_amount,
        min(component.paid_opening) AS paid_opening,
        min(component.paid_opening) + sum(CASE WHEN daily_cash.value_date <= component.due_date THEN daily_cash.paid ELSE 0 END) AS paid_by_due,
        min(component.paid_opening)
            + sum(CASE WHEN daily_cash.value_date <= component.due_date + CAST($payment_grace_days AS INT) THEN daily_cash.paid ELSE 0 END) AS paid_by_grace,
        min(component.paid_opening) + coalesce(sum(daily_cash.paid), 0) AS paid_by_close
    FROM component
    LEFT JOIN daily_cash
      ON daily_cash.loan_id = component.loan_id
     AND daily_cash.schedule_version = component.schedule_version
     AND daily_cash.component = component.component
     AND (component.stopped_on IS NULL OR daily_cash.value_date < component.stopped_on)
    GROUP BY
        component.loan_id,
        component.schedule_version,
        component.instalment_no,
        component.component,
        component.due_date,
        component.due_amount
)

SELECT
    loan_id,
    schedule_version,
    instalment_no,
    component,
    due_date,
    cancelled_on,
    stopped_on,
    due_amount,
    owed_amount,
    before_amount,
    CAST(greatest(0, least(owed_amount, paid_opening - before_amount)) AS DECIMAL(18,2)) AS received_opening,
    CAST(greatest(0, least(owed_amount, paid_by_due - before_amount)) AS DECIMAL(18,2)) AS received_reference,
    CAST(greatest(0, least(owed_amount, paid_by_grace - before_amount)) AS DECIMAL(18,2)) AS received_on_time,
    CAST(greatest(0, least(owed_amount, paid_by_close - before_amount)) AS DECIMAL(18,2)) AS received_close
FROM received
