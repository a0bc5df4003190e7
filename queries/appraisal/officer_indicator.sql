-- name: officer_indicator
-- title: Indicators by officer | 客户经理指标
-- kind: appraisal
-- grain: indicator_id, officer_id
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: The officer rows of indicator_value: every officer and every indicator, UNASSIGNED where it has evidence. scored_value is the adjusted value; lower, upper and
--   expected are empty here.

SELECT
    indicator_id,
    code AS officer_id,
    numerator,
    denominator,
    n,
    raw_value,
    adjusted_value,
    adjusted_value AS scored_value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS DOUBLE) AS expected,
    reason_code
FROM indicator_value
WHERE grain = 'officer'
