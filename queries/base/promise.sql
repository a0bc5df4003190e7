-- name: promise
-- title: Promises to pay, each with its last day | 还款承诺
-- kind: base
-- keep: yes
-- params: ptp_grace_days INT
-- source: collections practice: a promise to pay is an amount and a day
-- edges: Attempts with a promised amount above 0 and a promised day not before the day of the attempt; others promise nothing. deadline is
--   ptp_grace_days business days, Monday to Friday, after the promised day; a promised Saturday or Sunday counts as the Friday before, but the
--   deadline never lies before the promised day. promise_no numbers the promises of a loan as they were made, on one instant by activity_id;
--   next_made_on is the day of the next one, whoever took it.

WITH made AS (
    SELECT
        activity_id,
        loan_id,
        officer_id,
        activity_at,
        CAST(activity_at AS DATE) AS made_on,
        promise_date,
        promise_amount
    FROM delivered.collection_activity
    WHERE promise_amount > 0
      AND promise_date >= CAST(activity_at AS DATE)
)

SELECT
    activity_id,
    loan_id,
    officer_id,
    made_on,
    promise_date,
    greatest(promise_date, business_day_after(promise_date, CAST($ptp_grace_days AS INT))) AS deadline,
    promise_amount,
    row_number() OVER promises AS promise_no,
    lead(made_on) OVER promises AS next_made_on
FROM made
WINDOW promises AS (PARTITION BY loan_id ORDER BY activity_at, activity_id)
