-- name: segment_credibility
-- title: Credibility of the NPL ratio of a segment | 分组不良率可信度
-- kind: base
-- grain: dimension, code
-- source: Buhlmann-Straub credibility, estimators of the R package actuar
-- edges: Ratios of the last four quarter ends that the data have, weighted by balance; a segment without a balance on a date has one ratio less.
--   credibility, between 0 and 1, is the weight its own ratio deserves beside that of its dimension: the smaller the segment and the more its ratio
--   moves, the less. The weights are shares of the total of the dimension, which changes nothing but the unit of the variance within. A variance
--   between segments below 0 counts as 0 and gives all of them credibility 0. A dimension with a single segment, or with one date for every segment,
--   has no row.

WITH observed AS (
    SELECT
        dimension,
        code,
        CAST(balance AS DOUBLE) / CAST(sum(balance) OVER (PARTITION BY dimension) AS DOUBLE) AS weight,
        CAST(npl_balance AS DOUBLE) / CAST(balance AS DOUBLE) AS ratio,
        CAST(sum(npl_balance) OVER (PARTITION BY dimension, code) AS DOUBLE)
            / CAST(sum(balance) OVER (PARTITION BY dimension, code) AS DOUBLE) AS mean_ratio,
        CAST(sum(npl_balance) OVER (PARTITION BY dimension) AS DOUBLE)
            / CAST(sum(balance) OVER (PARTITION BY dimension) AS DOUBLE) AS overall_ratio
    FROM segment_history
    WHERE balance > 0
),

segment AS (
    -- Terms are added as decimals, so that their order cannot change a digit.
    SELECT
        dimension,
        code,
        count(*) AS n_dates,
        sum(CAST(weight AS DECIMAL(38,18))) AS weight,
        max(mean_ratio) AS mean_ratio,
        max(overall_ratio) AS overall_ratio,
        sum(CAST(weight * (ratio - mean_ratio) * (ratio - mean_ratio) AS DECIMAL(38,18))) AS spread_within
    FROM observed
    GROUP BY dimension, code
),

spread AS (
    SELECT
        dimension,
        count(*) AS n_segments,
        CAST(sum(spread_within) AS DOUBLE) / CAST(sum(n_dates - 1) AS DOUBLE) AS variance_within,
        CAST(sum(CAST(CAST(weight AS DOUBLE) * (mean_ratio - overall_ratio) * (mean_ratio - overall_ratio) AS DECIMAL(38,18))) AS DOUBLE) AS spread_between,
        CAST(sum(CAST(CAST(weight AS DOUBLE) * CAST(weight AS DOUBLE) AS DECIMAL(38,18))) AS DOUBLE) AS squared_weight
    FROM segment
    GROUP BY dimension
    HAVING count(*) > 1
       AND sum(n_dates - 1) > 0
),

variance AS (
    SELECT
        dimension,
        variance_within,
        greatest(CAST(0 AS DOUBLE), (spread_between - CAST(n_segments - 1 AS DOUBLE) * variance_within) / (1 - squared_weight)) AS variance_between
    FROM spread
)

SELECT
    segment.dimension,
    segment.code,
    CASE
        WHEN variance.variance_between > 0
            THEN CAST(segment.weight AS DOUBLE) / (CAST(segment.weight AS DOUBLE) + variance.variance_within / variance.variance_between)
        ELSE CAST(0 AS DOUBLE)
    END AS credibility
FROM segment
JOIN variance ON variance.dimension = segment.dimension
