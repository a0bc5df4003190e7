-- name: ptp_kept_rate
-- title: Promises kept | 承诺兑现率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: the officer who took the promise
-- needs: collection_activity.promise_amount, collection_activity.promise_date, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: collections practice: promises kept to promises due
-- edges: Promises whose deadline, the promised day plus ptp_grace_days business days, lies in the period. Kept is one for which ptp_kept_share of the
--   amount was paid from the day it was made to the deadline, both included. The cash of a loan on one day, however it is split, serves one promise
--   only, the oldest that is open on that day: one that is not kept yet and not past its deadline. What a promise does not need is not passed on. A
--   promise is replaced when a later one of the same loan is made before its promised day and it had not been kept before that day; it stands in the
--   evidence of the period of its replacement with rule REPLACED and counts in neither part, and cash it had received before helps no other.

WITH RECURSIVE judged AS (
    -- The promises of a loan one after the other; busy_until is the last day whose cash an older promise took.
    SELECT
        loan_id,
        CAST(0 AS BIGINT) AS promise_no,
        CAST(NULL AS DATE) AS kept_on,
        FALSE AS is_replaced,
        DATE '0001-01-01' AS busy_until
    FROM promise
    WHERE promise_no = 1
    UNION ALL
    SELECT
        loan_id,
        promise_no,
        kept_on,
        is_replaced,
        CASE WHEN is_replaced THEN busy_before ELSE coalesce(kept_on, deadline) END AS busy_until
    FROM (
        SELECT
            loan_id,
            promise_no,
            deadline,
            busy_before,
            kept_on,
            coalesce(next_made_on < promise_date, FALSE) AND NOT coalesce(kept_on < next_made_on, FALSE) AS is_replaced
        FROM (
            SELECT
                promise.loan_id,
                promise.promise_no,
                promise.promise_date,
                promise.deadline,
                promise.next_made_on,
                judged.busy_until AS busy_before,
                first_value(promise_fulfilment.kept_on ORDER BY promise_fulfilment.from_day) AS kept_on
            FROM judged
            JOIN promise
              ON promise.loan_id = judged.loan_id
             AND promise.promise_no = judged.promise_no + 1
            LEFT JOIN promise_fulfilment
              ON promise_fulfilment.loan_id = promise.loan_id
             AND promise_fulfilment.promise_no = promise.promise_no
             AND promise_fulfilment.from_day > judged.busy_until
            GROUP BY
                promise.loan_id,
                promise.promise_no,
                promise.promise_date,
                promise.deadline,
                promise.next_made_on,
                judged.busy_until
        ) AS next_promise
    ) AS judged_promise
)

SELECT
    promise.officer_id,
    promise.loan_id,
    loan.customer_id,
    promise.activity_id AS key,
    CASE WHEN judged.kept_on IS NOT NULL AND NOT judged.is_replaced THEN CAST(1 AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CASE WHEN judged.is_replaced THEN CAST(0 AS DECIMAL(38,12)) ELSE CAST(1 AS DECIMAL(38,12)) END AS denominator,
    CASE WHEN judged.is_replaced THEN 'REPLACED' WHEN judged.kept_on IS NOT NULL THEN 'KEPT' ELSE 'BROKEN' END AS rule_code
FROM judged
JOIN promise ON promise.loan_id = judged.loan_id AND promise.promise_no = judged.promise_no
LEFT JOIN loan ON loan.loan_id = promise.loan_id
WHERE CASE WHEN judged.is_replaced THEN promise.next_made_on ELSE promise.deadline END BETWEEN $period_start AND $period_end
