-- name: segment_indicator
-- title: Indicators by segment | 分组指标
-- kind: appraisal
-- grain: indicator_id, dimension, code
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: The segment rows of indicator_value: dimensions industry, product, size_band, region and customer_type; only codes with evidence, UNKNOWN for
--   evidence without one. scored_value is the adjusted value; lower and upper
--   are the 95 % interval of a share of cases.

SELECT
    indicator_id,
    grain AS dimension,
    code,
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
WHERE grain IN ('industry', 'product', 'size_band', 'region', 'customer_type')
