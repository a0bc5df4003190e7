-- name: rpc_rate
-- title: Collection attempts that reached the right party | 有效联系率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: the officer of the attempt
-- needs: collection_activity.contact_result
-- params: period_start DATE, period_end DATE
-- source: collections practice: right-party contacts to attempts
-- edges: Attempts of the period with a result, all of them in the denominator; RIGHT_PARTY and REFUSED (the right party would not pay) count.

SELECT
    officer_id,
    loan_id,
    activity_id AS key,
    CASE WHEN contact_result IN ('RIGHT_PARTY', 'REFUSED') THEN CAST(1 AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator
FROM collection_activity
WHERE contact_result IS NOT NULL
  AND CAST(activity_at AS DATE) BETWEEN $period_start AND $period_end
