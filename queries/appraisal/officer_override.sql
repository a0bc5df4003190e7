-- name: officer_override
-- title: Values set by hand, beside the computed ones | 人工调整明细
-- kind: appraisal
-- grain: override_id
-- source: 银行业金融机构绩效考评监管指引; maker and checker of every manual step
-- edges: Overrides of the period that is computed, also those that a later one replaced (is_applied is false). computed_value is what would be scored without any. An override of an indicator that the scheme does not score changes no total.

SELECT
    decided.override_id,
    decided.officer_id,
    decided.indicator_id,
    indicator_value.adjusted_value AS computed_value,
    CAST(decided.new_value AS DOUBLE) AS new_value,
    applied_override.override_id IS NOT NULL AS is_applied,
    decided.reason,
    decided.maker,
    decided.checker,
    decided.decided_at
FROM "override" AS decided
JOIN period_name ON period_name.period = decided.period
LEFT JOIN applied_override ON applied_override.override_id = decided.override_id
LEFT JOIN indicator_value
  ON indicator_value.indicator_id = decided.indicator_id
 AND indicator_value.code = decided.officer_id
 AND indicator_value.grain = 'officer'
