-- name: unit_value
-- title: Scored values of officers and branches | 考核对象的计分值
-- kind: base
-- needs: scheme
-- keep: yes
-- source: the indicators of the scheme, as they are scored
-- edges: One row per level (OFFICER, BRANCH), unit and indicator that the scheme scores. UNASSIGNED is nobody and is not judged. A branch is judged by its own values, which are
--   never shrunk.

SELECT
    'OFFICER' AS level,
    officer_indicator.officer_id AS unit_id,
    officer_indicator.indicator_id,
    officer_indicator.scored_value AS value,
    officer_indicator.reason_code
FROM officer_indicator
JOIN scheme_indicator ON scheme_indicator.indicator_id = officer_indicator.indicator_id
WHERE officer_indicator.officer_id <> 'UNASSIGNED'
  AND scheme_indicator.weight IS NOT NULL
UNION ALL
SELECT
    'BRANCH' AS level,
    branch_indicator.branch_id AS unit_id,
    branch_indicator.indicator_id,
    branch_indicator.scored_value AS value,
    branch_indicator.reason_code
FROM branch_indicator
JOIN scheme_indicator ON scheme_indicator.indicator_id = branch_indicator.indicator_id
WHERE branch_indicator.branch_id <> 'UNASSIGNED'
  AND scheme_indicator.weight IS NOT NULL
