-- name: greedy_mix
-- title: Best mixes for every price of risk | 各风险价格下的最优组合
-- kind: base
-- keep: yes
-- grain: dimension, step, code
-- source: parametric linear programming: for a price of risk the best mix fills the segments in the order of return less price times risk
-- edges: The order changes only where two segments are equal, at the price (return a - return b) / (risk a - risk b) above 0. step 0 lies below the
--   first such price, step n between the n-th and the next, the last above all of them; risk never rises from step to step, and step 0 is the mix of
--   most return, the last one that of least risk. Equal segments are filled in the order of risk, return and code. What is left after every segment
--   has its least share goes to the first of the order up to its most, then to the next.

WITH price AS (
    SELECT DISTINCT
        dearer.dimension,
        (dearer.return_rate - safer.return_rate) / (dearer.risk_rate - safer.risk_rate) AS price
    FROM segment_mix AS dearer
    JOIN segment_mix AS safer ON safer.dimension = dearer.dimension
    WHERE dearer.risk_rate > safer.risk_rate
      AND dearer.return_rate > safer.return_rate
      AND dearer.share_max > dearer.share_min
      AND safer.share_max > safer.share_min
),

numbered AS (
    SELECT
        dimension,
        CAST(row_number() OVER (PARTITION BY dimension ORDER BY price) AS BIGINT) AS step,
        price
    FROM price
),

step AS (
    -- A price inside every interval between two changes of the order.
    SELECT
        dimension.dimension,
        CAST(0 AS BIGINT) AS step,
        CASE WHEN numbered.price IS NULL THEN CAST(1 AS DOUBLE) ELSE numbered.price / 2 END AS price
    FROM (SELECT DISTINCT dimension FROM segment_mix) AS dimension
    LEFT JOIN numbered ON numbered.dimension = dimension.dimension AND numbered.step = 1
    UNION ALL
    SELECT
        numbered.dimension,
        numbered.step,
        CASE WHEN later.price IS NULL THEN 2 * numbered.price + 1 ELSE (numbered.price + later.price) / 2 END AS price
    FROM numbered
    LEFT JOIN numbered AS later ON later.dimension = numbered.dimension AND later.step = numbered.step + 1
),

valued AS (
    SELECT
        step.dimension,
        step.step,
        segment_mix.code,
        segment_mix.return_rate,
        segment_mix.risk_rate,
        segment_mix.share_min,
        segment_mix.share_max - segment_mix.share_min AS room,
        segment_mix.return_rate - step.price * segment_mix.risk_rate AS merit
    FROM step
    JOIN segment_mix ON segment_mix.dimension = step.dimension
),

placed AS (
    SELECT
        dimension,
        step,
        code,
        return_rate,
        risk_rate,
        share_min,
        room,
        1 - sum(share_min) OVER (PARTITION BY dimension, step ORDER BY code ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS left_over,
        sum(room) OVER (
            PARTITION BY dimension, step ORDER BY merit DESC, risk_rate, return_rate DESC, code ROWS UNBOUNDED PRECEDING
        ) - room AS taken_before
    FROM valued
)

SELECT
    dimension,
    step,
    code,
    return_rate,
    risk_rate,
    share_min + greatest(CAST(0 AS DOUBLE), least(room, left_over - taken_before)) AS share
FROM placed
