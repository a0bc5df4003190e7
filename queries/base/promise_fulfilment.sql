-- name: promise_fulfilment
-- title: When cash from a day on fulfils a promise | 承诺兑现日（自某日起的还款）
-- kind: base
-- keep: yes
-- params: ptp_kept_share DECIMAL(12,8)
-- source: collections practice: a promise is kept when nearly all of it is paid in time
-- edges: One row per promise and day with cash on its loan from the day it was made to its deadline, both included. kept_on is the first day by which
--   the cash since from_day, that day included, reaches ptp_kept_share of the promised amount; it is empty where it never does. Cash is principal,
--   interest, fee and penalty of every type of payment. A reversal that names its payment counts on the day of that payment, so that what bounced
--   never was paid; any other on its own day.

WITH promised_loan AS (
    SELECT DISTINCT loan_id
    FROM promise
),

reversed AS (
    SELECT payment_id, value_date
    FROM delivered.payment
    WHERE payment_id IN (SELECT reverses_payment_id FROM delivered.payment WHERE reverses_payment_id IS NOT NULL)
),

daily_cash AS (
    SELECT
        payment.loan_id,
        coalesce(reversed.value_date, payment.value_date) AS value_date,
        sum(payment.principal_paid + coalesce(payment.interest_paid, 0) + coalesce(payment.fee_paid, 0) + coalesce(payment.penalty_paid, 0)) AS paid
    FROM promised_loan
    JOIN delivered.payment AS payment ON payment.loan_id = promised_loan.loan_id
    LEFT JOIN reversed ON reversed.payment_id = payment.reverses_payment_id
    GROUP BY payment.loan_id, coalesce(reversed.value_date, payment.value_date)
),

promise_cash AS (
    SELECT
        promise.loan_id,
        promise.promise_no,
        promise.promise_amount,
        daily_cash.value_date,
        daily_cash.paid
    FROM promise
    JOIN daily_cash
      ON daily_cash.loan_id = promise.loan_id
     AND daily_cash.value_date BETWEEN promise.made_on AND promise.deadline
    WHERE daily_cash.paid <> 0
),

running AS (
    SELECT
        first_cash.loan_id,
        first_cash.promise_no,
        first_cash.promise_amount,
        first_cash.value_date AS from_day,
        later_cash.value_date,
        sum(later_cash.paid) OVER (
            PARTITION BY first_cash.loan_id, first_cash.promise_no, first_cash.value_date
            ORDER BY later_cash.value_date ROWS UNBOUNDED PRECEDING
        ) AS paid
    FROM promise_cash AS first_cash
    JOIN promise_cash AS later_cash
      ON later_cash.loan_id = first_cash.loan_id
     AND later_cash.promise_no = first_cash.promise_no
     AND later_cash.value_date >= first_cash.value_date
)

SELECT
    loan_id,
    promise_no,
    from_day,
    min(CASE WHEN paid >= $ptp_kept_share * promise_amount THEN value_date END) AS kept_on
FROM running
GROUP BY loan_id, promise_no, from_day
