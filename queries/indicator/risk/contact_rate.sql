-- name: contact_rate
-- title: Collection attempts answered | 触达率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: the officer of the attempt
-- needs: collection_activity.contact_result
-- params: period_start DATE, period_end DATE
-- source: collections practice: answered attempts to attempts
-- edges: Attempts of the period with a result; every result but NO_ANSWER is an answer, the wrong party included.

SELECT
    officer_id,
    loan_id,
    activity_id AS key,
    CASE WHEN contact_result <> 'NO_ANSWER' THEN CAST(1 AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator
FROM collection_activity
WHERE contact_result IS NOT NULL
  AND CAST(activity_at AS DATE) BETWEEN $period_start AND $period_end
