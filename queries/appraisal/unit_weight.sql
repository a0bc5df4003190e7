-- name: unit_weight
-- title: Effective weights and points | 有效权重与得分点
-- kind: base
-- needs: scheme
-- keep: yes
-- source: effective weight = weight of the dimension x weight in the dimension, both shared out over what is known
-- edges: One row per row of unit_score. An indicator that is not known has weight and points 0 and loses nothing. points = weight x score; points_lost = weight x (100 - score), below 0
--   only where a scheme lets scores exceed 100. Weights of a unit add up to 1, points to its total before gates.

WITH weighed AS (
    SELECT
        unit_score.level,
        unit_score.unit_id,
        unit_score.indicator_id,
        unit_score.ordinal,
        unit_score.dimension,
        unit_score.weight,
        unit_score.curve,
        unit_score.value,
        unit_score.reason_code,
        unit_score.score,
        CASE
            WHEN unit_score.score IS NOT NULL AND unit_lean.known_weight > 0 THEN
                (unit_dimension.weight_base + unit_lean.headroom_applied * (unit_dimension.weight_tilt - unit_dimension.weight_base))
                / unit_lean.known_weight * unit_score.weight / unit_dimension.available
            ELSE CAST(0 AS DOUBLE)
        END AS effective_weight
    FROM unit_score
    JOIN unit_dimension
      ON unit_dimension.level = unit_score.level
     AND unit_dimension.unit_id = unit_score.unit_id
     AND unit_dimension.dimension = unit_score.dimension
    JOIN unit_lean
      ON unit_lean.level = unit_score.level
     AND unit_lean.unit_id = unit_score.unit_id
)

SELECT
    level,
    unit_id,
    indicator_id,
    ordinal,
    dimension,
    weight,
    curve,
    value,
    reason_code,
    score,
    effective_weight,
    coalesce(effective_weight * score, CAST(0 AS DOUBLE)) AS points,
    coalesce(effective_weight * (100 - score), CAST(0 AS DOUBLE)) AS points_lost
FROM weighed
