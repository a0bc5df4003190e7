-- name: panel_interval
-- title: Bootstrap intervals of panel measures | 面板指标置信区间
-- kind: base
-- source: Efron (1979), percentile interval
-- edges: lower and upper are the 2.5 and 97.5 % quantiles, with linear interpolation, of the replicates in which a measure has a value. No row with fewer than 40 of them, or where they are all the same: replicates that cannot differ, as
--   those of a code with a single subject or of a code in which no warning was right, say nothing of what is not known.

WITH ordered AS (
    SELECT
        split,
        code,
        basis,
        measure,
        value,
        row_number() OVER (PARTITION BY split, code, basis, measure ORDER BY value) AS place,
        count(*) OVER (PARTITION BY split, code, basis, measure) AS n
    FROM panel_rate
    WHERE replicate > 0
      AND value IS NOT NULL
),

placed AS (
    SELECT
        split,
        code,
        basis,
        measure,
        place,
        value,
        1 + CAST(0.025 AS DOUBLE) * CAST(n - 1 AS DOUBLE) AS low,
        1 + CAST(0.975 AS DOUBLE) * CAST(n - 1 AS DOUBLE) AS high
    FROM ordered
    WHERE n >= 40
),

neighbour AS (
    SELECT
        split,
        code,
        basis,
        measure,
        max(low - floor(low)) AS low_rest,
        max(high - floor(high)) AS high_rest,
        max(CASE WHEN place = floor(low) THEN value END) AS below_low,
        max(CASE WHEN place = ceil(low) THEN value END) AS above_low,
        max(CASE WHEN place = floor(high) THEN value END) AS below_high,
        max(CASE WHEN place = ceil(high) THEN value END) AS above_high
    FROM placed
    GROUP BY split, code, basis, measure
    HAVING max(value) - min(value) > 1e-12
)

SELECT
    split,
    code,
    basis,
    measure,
    below_low + low_rest * (above_low - below_low) AS lower,
    below_high + high_rest * (above_high - below_high) AS upper
FROM neighbour
