-- name: officer_score
-- title: Scores by officer and indicator | 客户经理指标得分
-- kind: appraisal
-- needs: scheme
-- grain: officer_id, indicator_id
-- source: scheme of the bank: curve, weight and what is known (银行业金融机构绩效考评监管指引)
-- edges: Every officer and every indicator that the scheme scores, also of officers who are not rated. weight_in_dimension is that of the scheme; effective_weight is what the indicator weighs in the total, 0 where it is
--   not known, and reason_code says why. points add up to total_before_gate of officer_appraisal; points_lost is what the indicator cost.

SELECT
    unit_id AS officer_id,
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
WHERE level = 'OFFICER'
