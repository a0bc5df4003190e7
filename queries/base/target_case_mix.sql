-- name: target_case_mix
-- title: Case-mix factors of the segments for targets | 目标分解的客群调整系数
-- kind: base
-- source: expected rate of the segment over the rate of the bank
-- edges: One row per indicator that is decomposed and code of the segment that the scheme names for targets, where both rates are known and above 0; every
--   other factor is 1. Rates are the raw values of the latest earlier period that has the indicator by that segment, the bank's of the same period. The rate of
--   an amount is the amount over the opening exposure of all loans of the segment (target_holding), because a sum alone tells only how large the segment is.

WITH setting AS (
    SELECT max(target_segment) AS dimension
    FROM scheme
),

decomposed AS (
    SELECT DISTINCT indicator_id, method
    FROM target_given
    WHERE method IS NOT NULL
),

of_segment AS (
    SELECT
        segment_indicator.indicator_id,
        segment_indicator.period_start,
        segment_indicator.code,
        segment_indicator.raw_value
    FROM earlier.segment_indicator AS segment_indicator
    JOIN setting ON setting.dimension = segment_indicator.dimension
),

latest AS (
    SELECT indicator_id, max(period_start) AS period_start
    FROM of_segment
    GROUP BY indicator_id
),

measured AS (
    SELECT
        decomposed.indicator_id,
        decomposed.method,
        of_segment.code,
        of_segment.raw_value / bank_indicator.raw_value AS ratio
    FROM decomposed
    JOIN latest ON latest.indicator_id = decomposed.indicator_id
    JOIN of_segment
      ON of_segment.indicator_id = latest.indicator_id
     AND of_segment.period_start = latest.period_start
    JOIN earlier.bank_indicator AS bank_indicator
      ON bank_indicator.indicator_id = latest.indicator_id
     AND bank_indicator.period_start = latest.period_start
    WHERE of_segment.raw_value > 0
      AND bank_indicator.raw_value > 0
),

book AS (
    SELECT code, sum(exposure) AS exposure
    FROM target_holding
    GROUP BY code
)

SELECT
    measured.indicator_id,
    measured.code,
    CASE measured.method
        WHEN 'AMOUNT' THEN measured.ratio * CAST(whole.exposure AS DOUBLE) / CAST(book.exposure AS DOUBLE)
        ELSE measured.ratio
    END AS factor
FROM measured
JOIN book ON book.code = measured.code
CROSS JOIN (SELECT sum(exposure) AS exposure FROM book) AS whole
WHERE book.exposure > 0
