-- name: branch
-- title: Branches, with those that only a loan or an officer names | 机构（含仅由贷款或客户经理引用的机构）
-- kind: base
-- source: branches are known from the officers and loans that name them
-- edges: Delivered rows stay as they are, one per branch and span of validity. An id without a row of its own gets one with every
--   other column empty, valid_from included.

WITH named_branch AS (
    SELECT branch_id FROM input.loan WHERE branch_id IS NOT NULL
    UNION
    SELECT branch_id FROM input.officer WHERE branch_id IS NOT NULL
)

SELECT
    coalesce(delivered.branch_id, named_branch.branch_id) AS branch_id,
    delivered.parent_branch_id,
    delivered.branch_name,
    delivered.branch_type,
    delivered.region,
    delivered.valid_from,
    delivered.valid_to,
    delivered.source_system,
    delivered.batch_id,
    delivered.known_at
FROM input.branch AS delivered
FULL JOIN named_branch ON named_branch.branch_id = delivered.branch_id
