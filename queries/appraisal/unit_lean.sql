-- name: unit_lean
-- title: Weights and total under the headroom that is applied | 权重倾斜与倾斜后总分
-- kind: base
-- needs: scheme
-- keep: yes
-- source: w = base + h x (tilt - base); tilt.apply = favourable: the better of the totals without and with the lean (风险容忍度)
-- edges: One row per officer and branch. always: headroom_applied is the headroom. favourable: the headroom where the total with it is at least the total without (a tie keeps it), else 0. A dimension of which nothing
--   is known gives its weight to the others in proportion: total = sum w x score / sum w over the known ones. coverage = sum w x available before that. total is empty where nothing is known or what is known has no weight.
--   Totals are compared to twelve digits.

WITH lean AS (
    SELECT level, unit_id, headroom, headroom AS applied FROM unit_headroom
    UNION ALL
    SELECT level, unit_id, headroom, CAST(0 AS DOUBLE) AS applied FROM unit_headroom
),

weighted AS (
    SELECT DISTINCT
        lean.level,
        lean.unit_id,
        lean.headroom,
        lean.applied,
        unit_dimension.dimension,
        unit_dimension.available,
        unit_dimension.score,
        unit_dimension.weight_base + lean.applied * (unit_dimension.weight_tilt - unit_dimension.weight_base) AS weight
    FROM lean
    JOIN unit_dimension
      ON unit_dimension.level = lean.level
     AND unit_dimension.unit_id = lean.unit_id
),

summed AS (
    SELECT
        level,
        unit_id,
        headroom,
        applied,
        CAST(sum(CASE WHEN score IS NOT NULL THEN CAST(weight AS DECIMAL(38,15)) ELSE 0 END) AS DOUBLE) AS known_weight,
        CAST(sum(CAST(weight * score AS DECIMAL(38,15))) AS DOUBLE) AS weighted_score,
        CAST(sum(CAST(weight * available AS DECIMAL(38,15))) AS DOUBLE) AS coverage
    FROM weighted
    GROUP BY level, unit_id, headroom, applied
),

totalled AS (
    SELECT
        level,
        unit_id,
        headroom,
        applied,
        known_weight,
        coverage,
        CASE WHEN known_weight > 0 THEN weighted_score / known_weight END AS total
    FROM summed
),

ranked AS (
    SELECT
        totalled.level,
        totalled.unit_id,
        totalled.headroom,
        totalled.applied,
        totalled.known_weight,
        totalled.coverage,
        totalled.total,
        row_number() OVER (
            PARTITION BY totalled.level, totalled.unit_id
            ORDER BY
                CASE WHEN scheme.tilt_apply = 'favourable' THEN CAST(totalled.total AS DECIMAL(38,12)) END DESC NULLS LAST,
                totalled.applied DESC
        ) AS place
    FROM totalled
    CROSS JOIN scheme
)

SELECT
    level,
    unit_id,
    headroom,
    applied AS headroom_applied,
    known_weight,
    coverage,
    total
FROM ranked
WHERE place = 1
