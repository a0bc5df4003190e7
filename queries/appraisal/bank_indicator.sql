-- name: bank_indicator
-- title: Indicators of the bank | 全行指标
-- kind: appraisal
-- grain: indicator_id
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: The bank rows of indicator_value: one for every indicator, never shrunk. scored_value is the adjusted value; lower and upper
--   are the 95 % interval of a share of cases.

SELECT
    indicator_id,
    numerator,
    denominator,
    n,
    raw_value,
    adjusted_value,
    adjusted_value AS scored_value,
    lower,
    upper,
    expected,
    reason_code
FROM indicator_value
WHERE grain = 'bank'
