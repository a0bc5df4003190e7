-- name: target_decomposition
-- title: Targets | 目标
-- kind: appraisal
-- grain: org_level, org_id, indicator_id
-- source: x
-- edges: x

SELECT org_level, org_id, indicator_id, target_value FROM target JOIN period_name ON period_name.period = target.period
