-- name: branch_score
-- title: Scores by branch and indicator | 机构指标得分
-- kind: appraisal
-- needs: scheme
-- grain: branch_id, indicator_id
-- source: scheme of the bank, on the values of the branch
-- edges: Every branch and every indicator that the scheme scores; as officer_score, on the values of branch_indicator. points add up to own_score of branch_appraisal.

SELECT
    unit_id AS branch_id,
    indicator_id,
    dimension,
    weight AS weight_in_dimension,
    effective_weight,
    value AS scored_value,
    score,
    points,
    points_lost,
    curve,
    reason_code
FROM unit_weight
WHERE level = 'BRANCH'
