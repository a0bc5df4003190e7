-- name: npl_lift
-- title: NPL ratio that would lift the grade, weights run again | 晋级所需不良率（权重随之变动）
-- kind: base
-- needs: scheme
-- source: the total is piecewise quadratic in the NPL ratio, because the ratio moves both a score and the headroom
-- edges: Officers of lift_goal whose goal is not a gate alone and whose NPL ratio is scored on a linear curve. needed_value is the largest ratio of 0 or more, below the current one, whose total before gates reaches the threshold;
--   with favourable the better of the totals without and with the lean counts. No row where none does. Pieces join at the knots, at comfort and at cap. On a piece the score is s0 + s1 x and the headroom h0 + h1 x; the threshold is
--   reached where a2 x^2 + a1 x + a0 >= 0, and from the upper end of a piece that does not reach it the first root downwards is the largest such x.

WITH officer_npl AS (
    SELECT
        lift_goal.officer_id,
        lift_goal.threshold,
        unit_weight.value,
        unit_weight.dimension,
        unit_weight.weight,
        unit_weight.score,
        unit_headroom.is_above_cap
    FROM lift_goal
    JOIN unit_weight
      ON unit_weight.unit_id = lift_goal.officer_id
     AND unit_weight.level = 'OFFICER'
     AND unit_weight.indicator_id = 'npl_ratio'
    JOIN unit_headroom
      ON unit_headroom.unit_id = lift_goal.officer_id
     AND unit_headroom.level = 'OFFICER'
    WHERE NOT lift_goal.only_gate
      AND unit_weight.score IS NOT NULL
      AND unit_weight.curve = 'LINEAR'
),

other AS (
    -- What does not move: the rest of the dimension of the ratio (p0, p1), and the other known dimensions.
    SELECT
        officer_npl.officer_id,
        max(CASE WHEN unit_dimension.dimension = officer_npl.dimension
                 THEN unit_dimension.score - officer_npl.weight * officer_npl.score / unit_dimension.available END) AS p0,
        max(CASE WHEN unit_dimension.dimension = officer_npl.dimension THEN officer_npl.weight / unit_dimension.available END) AS p1,
        max(CASE WHEN unit_dimension.dimension = officer_npl.dimension THEN unit_dimension.weight_base END) AS own_base,
        max(CASE WHEN unit_dimension.dimension = officer_npl.dimension
                 THEN unit_dimension.weight_tilt - unit_dimension.weight_base END) AS own_lean,
        CAST(sum(CAST(CASE WHEN unit_dimension.dimension = officer_npl.dimension THEN 0
                           ELSE unit_dimension.weight_base * unit_dimension.score END AS DECIMAL(38,15))) AS DOUBLE) AS base_score,
        CAST(sum(CAST(CASE WHEN unit_dimension.dimension = officer_npl.dimension THEN 0
                           ELSE (unit_dimension.weight_tilt - unit_dimension.weight_base) * unit_dimension.score END AS DECIMAL(38,15))) AS DOUBLE) AS lean_score,
        CAST(sum(CAST(unit_dimension.weight_base AS DECIMAL(38,15))) AS DOUBLE) AS base_weight,
        CAST(sum(CAST(unit_dimension.weight_tilt - unit_dimension.weight_base AS DECIMAL(38,15))) AS DOUBLE) AS lean_weight
    FROM officer_npl
    JOIN unit_dimension
      ON unit_dimension.unit_id = officer_npl.officer_id
     AND unit_dimension.level = 'OFFICER'
    WHERE unit_dimension.score IS NOT NULL
    GROUP BY officer_npl.officer_id
),

edge AS (
    SELECT from_value AS edge FROM score_curve WHERE indicator_id = 'npl_ratio' AND from_value > 0
    UNION
    SELECT npl_comfort AS edge FROM scheme WHERE npl_comfort > 0
    UNION
    SELECT npl_cap AS edge FROM scheme WHERE npl_cap > 0
    UNION
    SELECT CAST(0 AS DOUBLE) AS edge
),

piece AS (
    SELECT edge AS low, lead(edge) OVER (ORDER BY edge) AS high
    FROM edge
),

headroom AS (
    -- h0 + h1 x on each piece; lean 0 is the total without it.
    SELECT
        piece.low,
        piece.high,
        lean.applies,
        CASE
            WHEN NOT lean.applies OR scheme.npl_cap IS NULL OR piece.low >= scheme.npl_cap THEN CAST(0 AS DOUBLE)
            WHEN piece.high <= scheme.npl_comfort THEN CAST(1 AS DOUBLE)
            ELSE scheme.npl_cap / (scheme.npl_cap - scheme.npl_comfort)
        END AS h0,
        CASE
            WHEN NOT lean.applies OR scheme.npl_cap IS NULL OR piece.low >= scheme.npl_cap OR piece.high <= scheme.npl_comfort THEN CAST(0 AS DOUBLE)
            ELSE -1 / (scheme.npl_cap - scheme.npl_comfort)
        END AS h1
    FROM piece
    CROSS JOIN scheme
    CROSS JOIN (SELECT TRUE AS applies UNION ALL SELECT FALSE AS applies) AS lean
    WHERE lean.applies
       OR scheme.tilt_apply = 'favourable'
),

line AS (
    SELECT
        headroom.low,
        headroom.high,
        headroom.applies,
        headroom.h0,
        headroom.h1,
        score_curve.at_score - score_curve.at_value * score_curve.slope AS s0,
        score_curve.slope AS s1
    FROM headroom
    JOIN score_curve
      ON (score_curve.from_value IS NULL OR score_curve.from_value <= headroom.low)
     AND (score_curve.to_value IS NULL OR score_curve.to_value > headroom.low)
    WHERE score_curve.indicator_id = 'npl_ratio'
),

coefficient AS (
    SELECT
        officer_npl.officer_id,
        line.low,
        -- least passes over the open end of the last piece.
        least(line.high, officer_npl.value) AS high,
        line.h0 * flag.moves AS h0,
        line.h1 * flag.moves AS h1,
        other.own_base + line.h0 * flag.moves * other.own_lean AS u0,
        line.h1 * flag.moves * other.own_lean AS u1,
        other.p0 + other.p1 * line.s0 AS v0,
        other.p1 * line.s1 AS v1,
        other.base_score,
        other.lean_score,
        other.base_weight,
        other.lean_weight,
        officer_npl.threshold
    FROM officer_npl
    JOIN other ON other.officer_id = officer_npl.officer_id
    JOIN (SELECT officer_id, CASE WHEN is_above_cap THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS moves FROM officer_npl) AS flag
      ON flag.officer_id = officer_npl.officer_id
    JOIN line ON line.low < officer_npl.value
),

quadratic AS (
    SELECT
        officer_id,
        low,
        high,
        u1 * v1 AS a2,
        u0 * v1 + u1 * v0 + h1 * (lean_score - threshold * lean_weight) AS a1,
        u0 * v0 + base_score + h0 * lean_score - threshold * (base_weight + h0 * lean_weight) AS a0
    FROM coefficient
),

root AS (
    SELECT
        officer_id,
        low,
        high,
        a2,
        a1,
        a0,
        a2 * high * high + a1 * high + a0 AS at_high,
        CASE
            WHEN a2 <> 0 AND a1 * a1 - 4 * a2 * a0 >= 0 THEN
                -(a1 + CASE WHEN a1 < 0 THEN -1 ELSE 1 END * sqrt(a1 * a1 - 4 * a2 * a0)) / 2
        END AS q
    FROM quadratic
),

candidate AS (
    SELECT officer_id, high AS value FROM root WHERE at_high >= 0
    UNION ALL
    SELECT officer_id, q / a2 AS value FROM root WHERE at_high < 0 AND a2 <> 0 AND q / a2 >= low AND q / a2 <= high
    UNION ALL
    SELECT officer_id, a0 / q AS value FROM root WHERE at_high < 0 AND a2 <> 0 AND q <> 0 AND a0 / q >= low AND a0 / q <= high
    UNION ALL
    SELECT officer_id, -a0 / a1 AS value FROM root WHERE at_high < 0 AND a2 = 0 AND a1 <> 0 AND -a0 / a1 >= low AND -a0 / a1 <= high
),

best AS (
    SELECT officer_id, max(value) AS needed_value
    FROM candidate
    GROUP BY officer_id
)

SELECT
    best.officer_id,
    best.needed_value,
    score_curve.at_score + (best.needed_value - score_curve.at_value) * score_curve.slope AS needed_score
FROM best
JOIN score_curve
  ON (score_curve.from_value IS NULL OR best.needed_value >= score_curve.from_value)
 AND (score_curve.to_value IS NULL OR best.needed_value < score_curve.to_value)
WHERE score_curve.indicator_id = 'npl_ratio'
