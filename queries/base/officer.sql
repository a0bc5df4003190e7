-- name: officer
-- title: Officers, with those that only an assignment names | 客户经理（含仅由管户关系引用者）
-- kind: base
-- source: officers are known from the assignments that name them
-- edges: An officer named by an assignment without a row of its own has role MANAGER and every other column empty. The pseudo-officer
--   UNASSIGNED is not a row here.

WITH named_officer AS (
    SELECT DISTINCT officer_id
    FROM officer_assignment
)

SELECT
    coalesce(delivered.officer_id, named_officer.officer_id) AS officer_id,
    delivered.officer_name,
    delivered.branch_id,
    delivered.peer_group,
    coalesce(delivered.role, 'MANAGER') AS role,
    delivered.hired_on,
    delivered.left_on,
    delivered.source_system,
    delivered.batch_id,
    delivered.known_at
FROM input.officer AS delivered
FULL JOIN named_officer ON named_officer.officer_id = delivered.officer_id
