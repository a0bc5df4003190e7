-- name: promises_broken
-- title: Two promises to pay broken in a row | 连续两次承诺未兑现
-- kind: signal
-- needs: loan, collection_activity.promise_amount, collection_activity.promise_date, payment.value_date
-- params: ptp_grace_days INT, ptp_kept_share DECIMAL(12,8)
-- source: collections practice: a promise to pay is an amount and a day; ptp_kept_rate
-- edges: Promises, their last day and what keeps them are those of ptp_kept_rate: an amount above 0 and a day not before the attempt, ptp_grace_days business days, and
--   ptp_kept_share of the amount in principal, interest, fee and penalty from the day of the attempt to the last day. A promise is judged on its last day, or on the day from which the
--   bank had it and its loan where that is later, with the cash that the bank had by then; cash entered later changes nothing any more. One that is not kept and for
--   which a later promise of the loan was made before the promised day, and known by then, is replaced: neither kept nor broken. Unlike there, a reversal counts on
--   its own day, and cash of days in which two promises run counts for both. Fires when of the loan's promises in the order in which they are judged the second in a row is
--   broken, not on the third: once per run. issued_at is the day on which the second is judged; score is the unpaid share of the two.

WITH loan_known AS (
    SELECT
        loan_id,
        customer_id,
        greatest(origination_date, CAST(known_at AS DATE)) AS known_on
    FROM input.loan
),

made AS (
    SELECT
        activity_id,
        loan_id,
        activity_at,
        CAST(activity_at AS DATE) AS made_on,
        greatest(CAST(activity_at AS DATE), CAST(known_at AS DATE)) AS known_on,
        promise_date,
        greatest(promise_date, business_day_after(promise_date, CAST($ptp_grace_days AS INT))) AS deadline,
        promise_amount
    FROM delivered.collection_activity
    WHERE promise_amount > 0
      AND promise_date >= CAST(activity_at AS DATE)
),

promised AS (
    SELECT
        made.activity_id,
        loan_known.customer_id,
        made.loan_id,
        made.activity_at,
        made.made_on,
        made.promise_date,
        made.deadline,
        greatest(made.deadline, made.known_on, loan_known.known_on) AS judged_on,
        made.promise_amount
    FROM loan_known
    JOIN made ON made.loan_id = loan_known.loan_id
),

promised_loan AS (
    SELECT DISTINCT loan_id
    FROM promised
),

cash_day AS (
    SELECT
        payment.loan_id,
        payment.value_date,
        greatest(payment.value_date, CAST(payment.known_at AS DATE)) AS known_on,
        payment.principal_paid + coalesce(payment.interest_paid, 0) + coalesce(payment.fee_paid, 0) + coalesce(payment.penalty_paid, 0) AS paid
    FROM promised_loan
    JOIN delivered.payment AS payment ON payment.loan_id = promised_loan.loan_id
),

fulfilled AS (
    SELECT
        promised.activity_id,
        sum(cash_day.paid) AS paid
    FROM promised
    JOIN cash_day
      ON cash_day.loan_id = promised.loan_id
     AND cash_day.value_date BETWEEN promised.made_on AND promised.deadline
     AND cash_day.known_on <= promised.judged_on
    GROUP BY promised.activity_id
),

replaced AS (
    SELECT DISTINCT promised.activity_id
    FROM promised
    JOIN made AS later
      ON later.loan_id = promised.loan_id
     AND (later.activity_at > promised.activity_at
          OR (later.activity_at = promised.activity_at AND later.activity_id > promised.activity_id))
     AND later.made_on < promised.promise_date
     AND later.known_on <= promised.judged_on
),

outcome AS (
    SELECT
        promised.activity_id,
        promised.customer_id,
        promised.loan_id,
        promised.activity_at,
        promised.judged_on,
        promised.promise_amount,
        greatest(0, least(promised.promise_amount, coalesce(fulfilled.paid, 0))) AS paid_amount,
        coalesce(fulfilled.paid, 0) < $ptp_kept_share * promised.promise_amount AS is_broken
    FROM promised
    LEFT JOIN fulfilled ON fulfilled.activity_id = promised.activity_id
    LEFT JOIN replaced ON replaced.activity_id = promised.activity_id
    WHERE replaced.activity_id IS NULL
       OR coalesce(fulfilled.paid, 0) >= $ptp_kept_share * promised.promise_amount
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        judged_on,
        is_broken,
        coalesce(lag(is_broken) OVER promises, FALSE) AS was_broken,
        coalesce(lag(is_broken, 2) OVER promises, FALSE) AS was_broken_earlier,
        promise_amount + lag(promise_amount) OVER promises AS promise_amount,
        paid_amount + lag(paid_amount) OVER promises AS paid_amount
    FROM outcome
    WINDOW promises AS (PARTITION BY loan_id ORDER BY judged_on, activity_at, activity_id)
)

SELECT
    customer_id,
    loan_id,
    judged_on AS issued_at,
    'ORANGE' AS severity,
    max(1 - CAST(paid_amount AS DOUBLE) / CAST(promise_amount AS DOUBLE)) AS score
FROM compared
WHERE is_broken
  AND was_broken
  AND NOT was_broken_earlier
GROUP BY customer_id, loan_id, judged_on
