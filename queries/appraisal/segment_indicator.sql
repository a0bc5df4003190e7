-- name: segment_indicator
-- title: Indicators by segment | 分组指标
-- kind: appraisal
-- grain: indicator_id, dimension, code
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: Dimensions industry, product, size_band, region and customer_type; only codes with evidence, UNKNOWN for evidence without one.
--   A value is the quotient of the sums, divided once; a zero denominator gives NULL with NO_EXPOSURE. A count indicator (aggregate sum) is the sum
--   of its numerators, 0 where there are none, with denominator 1. An indicator whose input the bank does not deliver is NULL with MISSING_INPUT,
--   numerator and denominator included. adjusted_value and scored_value are the raw value here; lower, upper and expected stay empty.

WITH figure AS (
    SELECT
        indicator_sum.indicator_id,
        indicator_sum.grain AS dimension,
        indicator_sum.code,
        indicator.missing_input IS NOT NULL AS is_missing,
        coalesce(indicator_sum.numerator, CAST(0 AS DECIMAL(38,12))) AS numerator,
        CASE
            WHEN indicator.aggregate = 'sum' THEN CAST(1 AS DECIMAL(38,12))
            ELSE coalesce(indicator_sum.denominator, CAST(0 AS DECIMAL(38,12)))
        END AS denominator,
        coalesce(indicator_sum.n, 0) AS n
    FROM indicator_sum
    JOIN indicator ON indicator.indicator_id = indicator_sum.indicator_id
    WHERE indicator_sum.grain IN ('industry', 'product', 'size_band', 'region', 'customer_type')
),

valued AS (
    SELECT
        indicator_id,
        dimension,
        code,
        CASE WHEN NOT is_missing THEN numerator END AS numerator,
        CASE WHEN NOT is_missing THEN denominator END AS denominator,
        CASE WHEN NOT is_missing THEN n END AS n,
        CASE
            WHEN NOT is_missing AND denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE)
        END AS raw_value,
        CASE WHEN is_missing THEN 'MISSING_INPUT' WHEN denominator = 0 THEN 'NO_EXPOSURE' END AS reason_code
    FROM figure
)

SELECT
    indicator_id,
    dimension,
    code,
    numerator,
    denominator,
    n,
    raw_value,
    raw_value AS adjusted_value,
    raw_value AS scored_value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS DOUBLE) AS expected,
    reason_code
FROM valued
