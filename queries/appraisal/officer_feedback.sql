-- name: officer_feedback
-- title: What would lift the grade | 绩效反馈（晋级路径）
-- kind: appraisal
-- needs: scheme
-- grain: officer_id, indicator_id
-- source: single-indicator change that reaches the next grade, curve inverted
-- edges: No rows for the best grade and for officers who are not rated. Where only a gate stands between the officer and the next grade: one row per indicator with a fired gate, needed_value its
--   threshold (the stricter one of two), points_needed 0. Otherwise one row per scored indicator: needed_score = score + points_needed / effective weight; above 100 or below 0 it is empty. needed_value is the curve inverted,
--   on linear curves only, the reachable value nearest to the current one. For npl_ratio the weights run again (npl_lift), and both are empty where no ratio reaches the goal. needed_change is the change of the numerator that gives needed_value with
--   the denominator as it is: in whole cases for shares of cases and counts, else in the unit of the numerator; for a shrunk share it is that of the cases behind the shrunk value; empty for values adjusted in another way or set by hand.
--   binding_gate of a lift names a fired gate that would hold the grade down all the same. A scored indicator without weight has empty cells.

WITH gate AS (
    SELECT
        officer_gate.officer_id,
        officer_gate.indicator_id,
        officer_gate.gate_id,
        officer_gate.threshold,
        officer_gate.comparison,
        row_number() OVER (
            PARTITION BY officer_gate.officer_id, officer_gate.indicator_id
            ORDER BY officer_gate.is_low DESC, CASE WHEN officer_gate.is_low THEN -officer_gate.threshold ELSE officer_gate.threshold END, officer_gate.ordinal
        ) AS place
    FROM officer_gate
    JOIN lift_goal ON lift_goal.officer_id = officer_gate.officer_id
    WHERE officer_gate.is_fired
      AND lift_goal.only_gate
),

blocked AS (
    -- A fired gate that would hold the grade down even if the total reached the goal.
    SELECT
        officer_gate.officer_id,
        first_value(officer_gate.gate_id ORDER BY officer_gate.cap_grade DESC NULLS LAST, officer_gate.cap_total, officer_gate.ordinal) AS gate_id
    FROM officer_gate
    JOIN lift_goal ON lift_goal.officer_id = officer_gate.officer_id
    WHERE officer_gate.is_fired
      AND (officer_gate.cap_total < lift_goal.threshold OR officer_gate.cap_grade > lift_goal.ordinal)
    GROUP BY officer_gate.officer_id
),

lift AS (
    SELECT
        lift_goal.officer_id,
        unit_weight.indicator_id,
        lift_goal.grade,
        lift_goal.points_needed,
        unit_weight.curve,
        unit_weight.score AS current_score,
        unit_weight.value AS current_value,
        -- Compared to twelve digits, so that a goal of exactly 100 is not lost to the last one.
        CASE
            WHEN unit_weight.effective_weight > 0
             AND unit_weight.score + lift_goal.points_needed / unit_weight.effective_weight <= CAST(100.000000000001 AS DOUBLE)
                THEN least(100, unit_weight.score + lift_goal.points_needed / unit_weight.effective_weight)
        END AS target_score
    FROM lift_goal
    JOIN unit_weight
      ON unit_weight.unit_id = lift_goal.officer_id
     AND unit_weight.level = 'OFFICER'
    WHERE NOT lift_goal.only_gate
      AND unit_weight.score IS NOT NULL
),

reachable AS (
    SELECT officer_id, indicator_id, grade, points_needed, curve, current_score, current_value, target_score
    FROM lift
    WHERE indicator_id <> 'npl_ratio'
      AND curve = 'LINEAR'
      AND target_score IS NOT NULL
),

inverted AS (
    SELECT
        reachable.officer_id,
        reachable.indicator_id,
        score_curve.at_value + (reachable.target_score - score_curve.at_score) / score_curve.slope AS needed_value,
        row_number() OVER (
            PARTITION BY reachable.officer_id, reachable.indicator_id
            ORDER BY abs(score_curve.at_value + (reachable.target_score - score_curve.at_score) / score_curve.slope - reachable.current_value)
        ) AS place
    FROM reachable
    JOIN score_curve ON score_curve.indicator_id = reachable.indicator_id
    WHERE score_curve.slope <> 0
      AND (reachable.target_score - score_curve.at_score) / score_curve.slope >= 0
      AND (reachable.target_score - score_curve.at_score) / score_curve.slope
          <= (score_curve.to_value - score_curve.at_value) * CAST(1.000000000001 AS DOUBLE)
),

row_of AS (
    SELECT
        lift.officer_id,
        lift.indicator_id,
        lift.grade,
        lift.points_needed,
        lift.current_score,
        CASE
            WHEN lift.indicator_id = 'npl_ratio' AND lift.curve = 'LINEAR' THEN npl_lift.needed_score
            ELSE lift.target_score
        END AS needed_score,
        lift.current_value,
        CASE
            WHEN lift.indicator_id = 'npl_ratio' THEN npl_lift.needed_value
            ELSE inverted.needed_value
        END AS needed_value,
        blocked.gate_id AS binding_gate,
        CAST(NULL AS VARCHAR) AS comparison
    FROM lift
    LEFT JOIN blocked ON blocked.officer_id = lift.officer_id
    LEFT JOIN npl_lift
      ON npl_lift.officer_id = lift.officer_id
     AND lift.indicator_id = 'npl_ratio'
    LEFT JOIN inverted
      ON inverted.officer_id = lift.officer_id
     AND inverted.indicator_id = lift.indicator_id
     AND inverted.place = 1
    UNION ALL
    SELECT
        gate.officer_id,
        gate.indicator_id,
        lift_goal.grade,
        lift_goal.points_needed,
        unit_weight.score AS current_score,
        CAST(NULL AS DOUBLE) AS needed_score,
        officer_indicator.raw_value AS current_value,
        gate.threshold AS needed_value,
        gate.gate_id AS binding_gate,
        gate.comparison
    FROM gate
    JOIN lift_goal ON lift_goal.officer_id = gate.officer_id
    JOIN officer_indicator
      ON officer_indicator.officer_id = gate.officer_id
     AND officer_indicator.indicator_id = gate.indicator_id
    LEFT JOIN unit_weight
      ON unit_weight.unit_id = gate.officer_id
     AND unit_weight.level = 'OFFICER'
     AND unit_weight.indicator_id = gate.indicator_id
    WHERE gate.place = 1
),

counted AS (
    SELECT
        row_of.officer_id,
        row_of.indicator_id,
        row_of.grade,
        row_of.points_needed,
        row_of.current_score,
        row_of.needed_score,
        row_of.current_value,
        row_of.needed_value,
        row_of.binding_gate,
        row_of.comparison,
        indicator.aggregate = 'share' OR indicator.unit = 'count' AS is_counted,
        CASE
            WHEN indicator.aggregate NOT IN ('ratio', 'share', 'sum') THEN CAST(NULL AS DOUBLE)
            WHEN officer_indicator.scored_basis = 'RAW' OR row_of.comparison IS NOT NULL THEN
                row_of.needed_value * CAST(officer_indicator.denominator AS DOUBLE) - CAST(officer_indicator.numerator AS DOUBLE)
            WHEN officer_indicator.scored_basis = 'BETA' AND officer_indicator.prior_alpha IS NOT NULL THEN
                row_of.needed_value * (CAST(officer_indicator.denominator AS DOUBLE) + officer_indicator.prior_alpha + officer_indicator.prior_beta)
                - officer_indicator.prior_alpha - CAST(officer_indicator.numerator AS DOUBLE)
        END AS change
    FROM row_of
    JOIN indicator ON indicator.indicator_id = row_of.indicator_id
    JOIN officer_indicator
      ON officer_indicator.officer_id = row_of.officer_id
     AND officer_indicator.indicator_id = row_of.indicator_id
)

SELECT
    officer_id,
    indicator_id,
    points_needed,
    current_score,
    needed_score,
    current_value,
    needed_value,
    binding_gate,
    grade AS next_grade,
    -- Whole cases, but for the noise of the division; a gate that fires on its threshold too needs one beyond it. Adding 0 makes 0 of -0.
    CASE
        WHEN NOT is_counted THEN change
        WHEN comparison = '<=' THEN floor(change + CAST(0.000000001 AS DOUBLE)) + 1
        WHEN comparison = '>=' THEN ceil(change - CAST(0.000000001 AS DOUBLE)) - 1
        WHEN comparison = '>' OR (comparison IS NULL AND change < 0) THEN floor(change + CAST(0.000000001 AS DOUBLE))
        ELSE ceil(change - CAST(0.000000001 AS DOUBLE))
    END + CAST(0 AS DOUBLE) AS needed_change
FROM counted
