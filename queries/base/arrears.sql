-- name: arrears
-- title: What was due and unpaid, by day | 欠款（按日）
-- kind: base
-- keep: yes
-- params: dpd_origin TEXT
-- source: dpd(t) = t − min{due_date_k < t, unpaid after component-wise first in first out inside one version of the schedule, not cancelled at t}
-- edges: One row per day of arrears_day on which something was overdue. Cash up to and on the day counts, principal and interest apart, reversals with
--   their negative amounts, each on the version in force on its value date; surplus of one version pays nothing of another, and fees are left out. An
--   instalment stopped on or before the day owes what it had received until then; one cancelled on or before it is not overdue, but takes
--   cash where it was due before the loan was written off or paid off. With dpd_origin due_date what is due on the day itself counts, with next_day
--   only what was due before it. Amounts are in the currency of the loan.

WITH dated_item AS (
    SELECT
        arrears_day.arrears_date,
        arrears_item.loan_id,
        arrears_item.schedule_version,
        arrears_item.instalment_no,
        arrears_item.due_date,
        arrears_item.cancelled_on,
        arrears_item.stopped_on,
        arrears_item.principal_due,
        arrears_item.interest_due,
        arrears_item.principal_owed,
        arrears_item.interest_owed,
        arrears_item.principal_to_here,
        arrears_item.interest_to_here,
        coalesce(arrears_cash.principal_paid, 0) AS principal_paid,
        coalesce(arrears_cash.interest_paid, 0) AS interest_paid,
        coalesce(arrears_item.first_stopped_on <= arrears_day.arrears_date, FALSE) AS has_stopped
    FROM arrears_day
    JOIN arrears_item ON arrears_item.loan_id = arrears_day.loan_id
    LEFT JOIN arrears_cash
      ON arrears_cash.loan_id = arrears_item.loan_id
     AND arrears_cash.schedule_version = arrears_item.schedule_version
     AND arrears_cash.arrears_date = arrears_day.arrears_date
    WHERE arrears_item.due_date < arrears_day.arrears_date
       OR ($dpd_origin = 'due_date' AND arrears_item.due_date = arrears_day.arrears_date)
),

-- Accounts in which an instalment had stopped by the day: what comes before an instalment depends on the day.
stopped_item AS (
    SELECT
        loan_id,
        arrears_date,
        schedule_version,
        instalment_no,
        due_date,
        cancelled_on,
        principal_paid,
        interest_paid,
        CASE WHEN stopped_on <= arrears_date THEN principal_owed ELSE principal_due END AS principal_owed,
        CASE WHEN stopped_on <= arrears_date THEN interest_owed ELSE interest_due END AS interest_owed
    FROM dated_item
    WHERE has_stopped
),

summed_item AS (
    SELECT
        loan_id,
        arrears_date,
        due_date,
        cancelled_on,
        principal_owed,
        interest_owed,
        principal_paid,
        interest_paid,
        sum(principal_owed) OVER account AS principal_to_here,
        sum(interest_owed) OVER account AS interest_to_here
    FROM stopped_item
    WINDOW account AS (
        PARTITION BY loan_id, schedule_version, arrears_date
        ORDER BY due_date, instalment_no ROWS UNBOUNDED PRECEDING
    )
),

any_unpaid AS (
    SELECT
        loan_id,
        arrears_date,
        due_date,
        greatest(0, least(principal_due, principal_to_here - principal_paid))
            + greatest(0, least(interest_due, interest_to_here - interest_paid)) AS amount
    FROM dated_item
    WHERE NOT has_stopped
      AND (principal_to_here > principal_paid OR interest_to_here > interest_paid)
      AND (cancelled_on IS NULL OR cancelled_on > arrears_date)
    UNION ALL
    SELECT
        loan_id,
        arrears_date,
        due_date,
        greatest(0, least(principal_owed, principal_to_here - principal_paid))
            + greatest(0, least(interest_owed, interest_to_here - interest_paid)) AS amount
    FROM summed_item
    WHERE cancelled_on IS NULL
       OR cancelled_on > arrears_date
)

SELECT
    loan_id,
    arrears_date,
    min(due_date) AS oldest_due,
    CAST(sum(amount) AS DECIMAL(18,2)) AS amount
FROM any_unpaid
WHERE amount > 0
GROUP BY loan_id, arrears_date
