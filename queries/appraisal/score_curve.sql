-- name: score_curve
-- title: Score curves as straight pieces | 评分曲线（分段直线）
-- kind: base
-- needs: scheme
-- keep: yes
-- source: score curves of the scheme: linear through knots and level outside, banded, deduct, target ratio, rated
-- edges: Pieces of an indicator cover the line without a gap: from_value is inside, to_value is not; an empty one is open. The score of a value x is at_score + (x - at_value) x slope. A knot
--   belongs to the piece above it; both give the same score. A band holds its lower edge and not its upper one. deduct falls from its start to its floor and stays
--   there. A target ratio is value / target x 100 from 0 to its cap; one without a target in the scheme has no pieces here, its target is that of the officer.
--   A rated value is its own score, from 0. No score exceeds score_cap.

WITH knot AS (
    SELECT
        indicator_id,
        value,
        score,
        lag(value) OVER (PARTITION BY indicator_id ORDER BY value) AS value_before,
        lead(value) OVER (PARTITION BY indicator_id ORDER BY value) AS value_after,
        lead(score) OVER (PARTITION BY indicator_id ORDER BY value) AS score_after
    FROM scheme_knot
),

ramp AS (
    -- From 0 up to a highest score: a target ratio, or a value that is its own score.
    SELECT
        scheme_indicator.indicator_id,
        CASE WHEN scheme_indicator.curve = 'RATED' THEN CAST(1 AS DOUBLE) ELSE 100 / scheme_indicator.target END AS slope,
        CASE
            WHEN scheme_indicator.curve = 'RATED' THEN scheme.score_cap
            ELSE least(scheme_indicator.target_cap, scheme.score_cap)
        END AS highest
    FROM scheme_indicator
    CROSS JOIN scheme
    WHERE scheme_indicator.curve = 'RATED'
       OR (scheme_indicator.curve = 'TARGET_RATIO' AND scheme_indicator.target IS NOT NULL)
)

SELECT
    indicator_id,
    CAST(NULL AS DOUBLE) AS from_value,
    value AS to_value,
    value AS at_value,
    score AS at_score,
    CAST(0 AS DOUBLE) AS slope
FROM knot
WHERE value_before IS NULL
UNION ALL
SELECT
    indicator_id,
    value AS from_value,
    value_after AS to_value,
    value AS at_value,
    score AS at_score,
    coalesce((score_after - score) / (value_after - value), CAST(0 AS DOUBLE)) AS slope
FROM knot
UNION ALL
SELECT
    indicator_id,
    from_value,
    to_value,
    CAST(0 AS DOUBLE) AS at_value,
    score AS at_score,
    CAST(0 AS DOUBLE) AS slope
FROM scheme_band
UNION ALL
SELECT
    indicator_id,
    CAST(NULL AS DOUBLE) AS from_value,
    (deduct_from - deduct_floor) / deduct_each AS to_value,
    CAST(0 AS DOUBLE) AS at_value,
    deduct_from AS at_score,
    -deduct_each AS slope
FROM scheme_indicator
WHERE curve = 'DEDUCT'
UNION ALL
SELECT
    indicator_id,
    (deduct_from - deduct_floor) / deduct_each AS from_value,
    CAST(NULL AS DOUBLE) AS to_value,
    CAST(0 AS DOUBLE) AS at_value,
    deduct_floor AS at_score,
    CAST(0 AS DOUBLE) AS slope
FROM scheme_indicator
WHERE curve = 'DEDUCT'
UNION ALL
SELECT
    indicator_id,
    CAST(NULL AS DOUBLE) AS from_value,
    CAST(0 AS DOUBLE) AS to_value,
    CAST(0 AS DOUBLE) AS at_value,
    CAST(0 AS DOUBLE) AS at_score,
    CAST(0 AS DOUBLE) AS slope
FROM ramp
UNION ALL
SELECT
    indicator_id,
    CAST(0 AS DOUBLE) AS from_value,
    highest / slope AS to_value,
    CAST(0 AS DOUBLE) AS at_value,
    CAST(0 AS DOUBLE) AS at_score,
    slope
FROM ramp
UNION ALL
SELECT
    indicator_id,
    highest / slope AS from_value,
    CAST(NULL AS DOUBLE) AS to_value,
    CAST(0 AS DOUBLE) AS at_value,
    highest AS at_score,
    CAST(0 AS DOUBLE) AS slope
FROM ramp
