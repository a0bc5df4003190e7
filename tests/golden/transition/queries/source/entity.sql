-- name: entity
-- title: Entities with their first state | 主体及其初始状态
-- kind: source
-- source: open-risk/transitionMatrix, datasets/synthetic_data5.csv (Apache-2.0)
-- edges: every entity has a row at time 0
SELECT "ID" AS loan_id, CAST("State" AS INT) AS first_state
FROM raw.observation
WHERE "Time" = '0'
