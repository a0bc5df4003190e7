-- name: unit_score
-- title: Scores of officers and branches by indicator | 考核对象的指标得分
-- kind: base
-- needs: scheme
-- keep: yes
-- source: score curves of the scheme
-- edges: One row per row of unit_value; score is empty where the value is. A target ratio whose target stands in target_decomposition is value / target x 100, not below 0,
--   at most its cap and score_cap; without a target above 0 the score is empty with NO_TARGET.

WITH own_target AS (
    SELECT org_level AS level, org_id AS unit_id, indicator_id, CAST(target_value AS DOUBLE) AS target
    FROM target_decomposition
    WHERE target_value > 0
),

scored AS (
    SELECT
        unit_value.level,
        unit_value.unit_id,
        unit_value.indicator_id,
        scheme_indicator.ordinal,
        scheme_indicator.dimension,
        scheme_indicator.weight,
        scheme_indicator.curve,
        unit_value.value,
        unit_value.reason_code,
        scheme_indicator.curve = 'TARGET_RATIO' AND scheme_indicator.target IS NULL AS needs_target,
        own_target.target,
        CASE
            WHEN scheme_indicator.curve = 'TARGET_RATIO' AND scheme_indicator.target IS NULL THEN
                CASE
                    WHEN unit_value.value IS NOT NULL AND own_target.target IS NOT NULL THEN
                        greatest(0, least(unit_value.value / own_target.target * 100, scheme_indicator.target_cap, scheme.score_cap))
                END
            ELSE score_curve.at_score + (unit_value.value - score_curve.at_value) * score_curve.slope
        END AS score
    FROM unit_value
    CROSS JOIN scheme
    JOIN scheme_indicator ON scheme_indicator.indicator_id = unit_value.indicator_id
    LEFT JOIN own_target
      ON own_target.level = unit_value.level
     AND own_target.unit_id = unit_value.unit_id
     AND own_target.indicator_id = unit_value.indicator_id
    LEFT JOIN score_curve
      ON score_curve.indicator_id = unit_value.indicator_id
     AND (score_curve.from_value IS NULL OR unit_value.value >= score_curve.from_value)
     AND (score_curve.to_value IS NULL OR unit_value.value < score_curve.to_value)
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
    CASE WHEN needs_target AND value IS NOT NULL AND target IS NULL THEN 'NO_TARGET' ELSE reason_code END AS reason_code,
    score
FROM scored
