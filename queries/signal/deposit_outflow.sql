-- name: deposit_outflow
-- title: Deposits of a borrower flow out | 存款大幅流出
-- kind: signal
-- needs: loan.customer_id, deposit_balance.balance
-- source: Norden and Weber (2010), Review of Financial Studies 23(10): inflows to accounts are abnormal about twelve months before default; Mester, Nakamura and Renault (2007), Review of Financial Studies 20(3)
-- edges: A balance is compared with the mean of the last balances of the three months before its own calendar month for which there is one, none more than
--   history_months back: monthly data are compared with the three month-ends before, quarterly with the three quarter-ends. Fires if the mean is above
--   least_mean and the balance is at most 1 - fall_share of it, and this was not so at the customer's balance before: once per outflow, daily data or not. With fewer than three
--   months nothing fires. A balance that the bank had only when it had a later one too is left out. The warning is on the whole customer, and only if one
--   was a borrower then: a loan originated by the day of issue and known. issued_at is the later of balance_date and the day of known_at; score is the fall as a share of the mean,
--   above 1 for an overdraft.

WITH setting AS (
    SELECT
        0.50 AS fall_share,
        0 AS least_mean,
        12 AS history_months
),

dated AS (
    SELECT
        customer_id,
        balance_date,
        greatest(balance_date, CAST(known_at AS DATE)) AS known_on,
        CAST(date_part('year', balance_date) * 12 + date_part('month', balance_date) AS INT) AS month_no,
        balance
    FROM input.deposit_balance
),

placed AS (
    SELECT
        customer_id,
        balance_date,
        known_on,
        max(balance_date) OVER (PARTITION BY customer_id ORDER BY known_on) AS newest_date,
        month_no,
        balance
    FROM dated
),

reading AS (
    SELECT customer_id, balance_date, known_on, month_no, balance
    FROM placed
    WHERE balance_date = newest_date
),

month_end AS (
    SELECT
        customer_id,
        month_no,
        first_value(balance ORDER BY balance_date DESC) AS balance
    FROM reading
    GROUP BY customer_id, month_no
),

past AS (
    SELECT
        customer_id,
        month_no,
        lag(month_no, 3) OVER months AS oldest_month_no,
        lag(balance, 1) OVER months + lag(balance, 2) OVER months + lag(balance, 3) OVER months AS past_sum
    FROM month_end
    WINDOW months AS (PARTITION BY customer_id ORDER BY month_no)
),

measured AS (
    SELECT
        reading.customer_id,
        reading.balance_date,
        reading.known_on,
        reading.balance,
        past.past_sum,
        coalesce(
            past.oldest_month_no >= past.month_no - setting.history_months
                AND past.past_sum > 3 * setting.least_mean
                AND reading.balance * 3 <= past.past_sum * (1 - setting.fall_share),
            FALSE
        ) AS is_low
    FROM reading
    JOIN past
      ON past.customer_id = reading.customer_id
     AND past.month_no = reading.month_no
    CROSS JOIN setting
),

compared AS (
    SELECT
        customer_id,
        known_on,
        balance,
        past_sum,
        is_low,
        coalesce(lag(is_low) OVER balances, FALSE) AS was_low
    FROM measured
    WINDOW balances AS (PARTITION BY customer_id ORDER BY balance_date)
),

borrower AS (
    SELECT
        customer_id,
        min(greatest(origination_date, CAST(known_at AS DATE))) AS known_on
    FROM input.loan
    GROUP BY customer_id
)

SELECT
    compared.customer_id,
    CAST(NULL AS VARCHAR) AS loan_id,
    compared.known_on AS issued_at,
    'YELLOW' AS severity,
    1 - CAST(3 * compared.balance AS DOUBLE) / CAST(compared.past_sum AS DOUBLE) AS score
FROM compared
JOIN borrower ON borrower.customer_id = compared.customer_id
WHERE compared.is_low
  AND NOT compared.was_low
  AND borrower.known_on <= compared.known_on
