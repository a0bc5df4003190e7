-- name: officer_peer
-- title: Groups in which officers are ranked | 同组类别
-- kind: base
-- needs: scheme
-- source: peers of the scheme: peer_group, branch, role or all
-- edges: One row per officer. Officers without a value of the group form one group, whose name is empty.

SELECT
    officer.officer_id,
    officer.branch_id,
    CASE scheme.peers
        WHEN 'peer_group' THEN coalesce(officer.peer_group, '')
        WHEN 'branch' THEN coalesce(officer.branch_id, '')
        WHEN 'role' THEN coalesce(officer.role, '')
        ELSE ''
    END AS peer_group
FROM officer
CROSS JOIN scheme
