-- name: judged_instalment
-- title: Instalments and what they had received by their day of grace | 宽限日分期还款情况
-- kind: base
-- keep: yes
-- grain: loan_id, schedule_version, due_date, judged_on
-- needs: loan, instalment.due_date, payment.value_date
-- source: component-wise first in first out as running sums, with the data known at the time
-- edges: What is due on one day under one version of the schedule is one instalment. It is judged at the close of judged_on: due_date plus grace_days, or the day from
--   which the bank had the instalment and its loan where that is later; one with nothing due, or cancelled on or before that day, is not judged. Cash counts
--   from the day on which the bank had it (the later of value_date and the day of known_at), reversals with their negative amounts; cash of judged_on counts.
--   Instalments take it in the order in which they are judged, principal and interest apart, fees left out; one that was entered late stands in the queue at
--   its judged_on, and cash entered after judged_on changes nothing any more. With a new version the queue begins again: what was unpaid is forgotten and so
--   is what was too much, and the cash since the last instalment judged under the version before pays for the new one. What was due before the first instalment
--   delivered is not known. cash_amount is the cash since the instalment judged before, principal_arrears and interest_arrears are what of the queue is unpaid at
--   the close of judged_on. Amounts are in the currency of the loan.

WITH setting AS (
    SELECT 5 AS grace_days
),

item AS (
    SELECT
        loan.customer_id,
        instalment.loan_id,
        instalment.schedule_version,
        instalment.due_date,
        instalment.cancelled_on,
        greatest(
            instalment.due_date + CAST(setting.grace_days AS INT),
            CAST(instalment.known_at AS DATE),
            loan.origination_date,
            CAST(loan.known_at AS DATE)
        ) AS judged_on,
        instalment.principal_due,
        coalesce(instalment.interest_due, 0) AS interest_due
    FROM input.loan
    JOIN input.instalment ON instalment.loan_id = loan.loan_id
    CROSS JOIN setting
),

judged AS (
    SELECT
        customer_id,
        loan_id,
        schedule_version,
        due_date,
        judged_on,
        sum(principal_due) AS principal_due,
        sum(interest_due) AS interest_due
    FROM item
    WHERE cancelled_on IS NULL
       OR cancelled_on > judged_on
    GROUP BY customer_id, loan_id, schedule_version, due_date, judged_on
    HAVING sum(principal_due + interest_due) > 0
),

daily_cash AS (
    SELECT
        loan_id,
        greatest(value_date, CAST(known_at AS DATE)) AS cash_day,
        sum(principal_paid) AS principal_paid,
        sum(coalesce(interest_paid, 0)) AS interest_paid
    FROM delivered.payment
    GROUP BY loan_id, greatest(value_date, CAST(known_at AS DATE))
),

entry AS (
    -- Cash goes before the instalments that are judged on its day.
    SELECT
        loan_id,
        cash_day AS entry_day,
        0 AS is_instalment,
        CAST(0 AS INT) AS schedule_version,
        CAST(NULL AS DATE) AS due_date,
        CAST(NULL AS VARCHAR) AS customer_id,
        CAST(0 AS DECIMAL(38,2)) AS principal_due,
        CAST(0 AS DECIMAL(38,2)) AS interest_due,
        CAST(principal_paid AS DECIMAL(38,2)) AS principal_paid,
        CAST(interest_paid AS DECIMAL(38,2)) AS interest_paid
    FROM daily_cash
    UNION ALL
    SELECT
        loan_id,
        judged_on AS entry_day,
        1 AS is_instalment,
        schedule_version,
        due_date,
        customer_id,
        CAST(principal_due AS DECIMAL(38,2)) AS principal_due,
        CAST(interest_due AS DECIMAL(38,2)) AS interest_due,
        CAST(0 AS DECIMAL(38,2)) AS principal_paid,
        CAST(0 AS DECIMAL(38,2)) AS interest_paid
    FROM judged
),

running AS (
    SELECT
        loan_id,
        entry_day,
        is_instalment,
        schedule_version,
        due_date,
        customer_id,
        principal_due,
        interest_due,
        sum(principal_paid) OVER entries - sum(principal_due) OVER entries AS principal_left,
        sum(interest_paid) OVER entries - sum(interest_due) OVER entries AS interest_left
    FROM entry
    WINDOW entries AS (
        PARTITION BY loan_id
        ORDER BY entry_day, is_instalment, schedule_version, due_date ROWS UNBOUNDED PRECEDING
    )
),

stepped AS (
    SELECT
        loan_id,
        entry_day,
        is_instalment,
        schedule_version,
        due_date,
        customer_id,
        principal_due,
        interest_due,
        principal_left,
        interest_left,
        lag(schedule_version) OVER queue AS version_before,
        coalesce(lag(principal_left) OVER queue, 0) AS principal_left_before,
        coalesce(lag(interest_left) OVER queue, 0) AS interest_left_before
    FROM running
    WHERE is_instalment = 1
    WINDOW queue AS (PARTITION BY loan_id ORDER BY entry_day, is_instalment, schedule_version, due_date)
),

numbered AS (
    SELECT
        loan_id,
        entry_day,
        schedule_version,
        due_date,
        customer_id,
        principal_due,
        interest_due,
        principal_left,
        interest_left,
        principal_left - principal_left_before + principal_due + interest_left - interest_left_before + interest_due AS cash_amount,
        CASE WHEN version_before <> schedule_version THEN principal_left_before ELSE 0 END AS principal_left_at_start,
        CASE WHEN version_before <> schedule_version THEN interest_left_before ELSE 0 END AS interest_left_at_start,
        sum(CASE WHEN version_before <> schedule_version THEN 1 ELSE 0 END) OVER (
            PARTITION BY loan_id
            ORDER BY entry_day, is_instalment, schedule_version, due_date ROWS UNBOUNDED PRECEDING
        ) AS queue_no
    FROM stepped
),

queued AS (
    -- What is left after an instalment, counted from the beginning of its queue.
    SELECT
        loan_id,
        entry_day,
        schedule_version,
        due_date,
        customer_id,
        queue_no,
        principal_due,
        interest_due,
        cash_amount,
        principal_left - first_value(principal_left_at_start) OVER queue AS principal_left,
        interest_left - first_value(interest_left_at_start) OVER queue AS interest_left
    FROM numbered
    WINDOW queue AS (PARTITION BY loan_id, queue_no ORDER BY entry_day, schedule_version, due_date)
)

SELECT
    customer_id,
    loan_id,
    schedule_version,
    due_date,
    entry_day AS judged_on,
    CAST(queue_no AS BIGINT) AS queue_no,
    CAST(principal_due AS DECIMAL(18,2)) AS principal_due,
    CAST(interest_due AS DECIMAL(18,2)) AS interest_due,
    CAST(
        greatest(0, least(principal_due, principal_left + principal_due))
        + greatest(0, least(interest_due, interest_left + interest_due))
        AS DECIMAL(18,2)
    ) AS received_amount,
    CAST(cash_amount AS DECIMAL(18,2)) AS cash_amount,
    CAST(greatest(0, -principal_left) AS DECIMAL(18,2)) AS principal_arrears,
    CAST(greatest(0, -interest_left) AS DECIMAL(18,2)) AS interest_arrears
FROM queued
