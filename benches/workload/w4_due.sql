-- Instalments of the quarter with what first in first out gives them, by the day they are due and by the end. What was due and paid in the
-- quarter up to the day of each comes from a join of the few rows of a loan with each other, which costs less than a window.
WITH event AS (
    SELECT
        loan_id,
        due_date AS event_date,
        principal_due,
        interest_due,
        CAST(0 AS DECIMAL(18,2)) AS principal_paid
    FROM instalment
    WHERE due_date BETWEEN DATE '{P0}' AND DATE '{P1}'
    UNION ALL
    SELECT
        loan_id,
        value_date AS event_date,
        CAST(0 AS DECIMAL(18,2)) AS principal_due,
        CAST(0 AS DECIMAL(18,2)) AS interest_due,
        principal_paid
    FROM payment
    WHERE value_date BETWEEN DATE '{P0}' AND DATE '{P1}'
),

day AS (
    SELECT DISTINCT loan_id, due_date
    FROM instalment
    WHERE due_date BETWEEN DATE '{P0}' AND DATE '{P1}'
),

running AS (
    SELECT
        day.loan_id,
        day.due_date,
        sum(event.principal_due) AS principal_due,
        sum(event.interest_due) AS interest_due,
        sum(event.principal_paid) AS principal_paid
    FROM day
    JOIN event
      ON event.loan_id = day.loan_id
     AND event.event_date <= day.due_date
    GROUP BY day.loan_id, day.due_date
),

placed AS (
    SELECT
        instalment.loan_id,
        instalment.due_date,
        instalment.principal_due,
        instalment.interest_due,
        coalesce(due_before.principal_before, 0) + running.principal_due - instalment.principal_due AS principal_ahead,
        coalesce(due_before.interest_before, 0) + running.interest_due - instalment.interest_due AS interest_ahead,
        coalesce(paid.principal_opening, 0) + running.principal_paid AS principal_by_due_date,
        coalesce(paid.principal_closing, 0) AS principal_closing,
        coalesce(paid.interest_closing, 0) AS interest_closing
    FROM running
    JOIN instalment
      ON instalment.loan_id = running.loan_id
     AND instalment.due_date = running.due_date
    LEFT JOIN due_before ON due_before.loan_id = running.loan_id
    LEFT JOIN paid ON paid.loan_id = running.loan_id
    WHERE instalment.due_date BETWEEN DATE '{P0}' AND DATE '{P1}'
)

SELECT
    loan_id,
    due_date,
    principal_due,
    interest_due,
    greatest(0, least(principal_due, principal_closing - principal_ahead)) AS principal_collected,
    greatest(0, least(interest_due, interest_closing - interest_ahead)) AS interest_collected,
    greatest(0, least(principal_due, principal_by_due_date - principal_ahead)) AS principal_on_time
FROM placed
