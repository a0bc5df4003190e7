-- name: ptp_rate
-- title: Right-party contacts that led to a promise | 承诺还款率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: the officer of the attempt
-- needs: collection_activity.contact_result, collection_activity.promise_amount
-- params: period_start DATE, period_end DATE
-- source: collections practice: promises to right-party contacts
-- edges: Attempts of the period that reached the right party, REFUSED included as in rpc_rate; a promise is an amount above 0, whether kept, broken
--   or replaced later. What is promised without a right-party contact is no promise, so that the value lies between 0 and 1.

SELECT
    officer_id,
    loan_id,
    activity_id AS key,
    CASE WHEN promise_amount > 0 THEN CAST(1 AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator
FROM collection_activity
WHERE contact_result IN ('RIGHT_PARTY', 'REFUSED')
  AND CAST(activity_at AS DATE) BETWEEN $period_start AND $period_end
