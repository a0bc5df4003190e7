-- name: unit_headroom
-- title: Headroom to the risk tolerance | 风险容忍度余量
-- kind: base
-- needs: scheme
-- keep: yes
-- source: headroom = clip((cap - NPL ratio) / (cap - comfort), 0, 1)
-- edges: One row per officer and branch. 0 for everybody when the NPL ratio of the bank is above the cap, for a unit whose NPL ratio is not known, and where the scheme has
--   no [tilt]. A ratio at comfort or below has 1, also where comfort is the cap. The NPL ratio is the one that is scored; one that the scheme does not score counts all the same.

WITH npl AS (
    SELECT 'OFFICER' AS level, officer_id AS unit_id, scored_value AS npl_ratio
    FROM officer_indicator
    WHERE indicator_id = 'npl_ratio'
      AND officer_id <> 'UNASSIGNED'
    UNION ALL
    SELECT 'BRANCH' AS level, branch_id AS unit_id, scored_value AS npl_ratio
    FROM branch_indicator
    WHERE indicator_id = 'npl_ratio'
      AND branch_id <> 'UNASSIGNED'
),

bank AS (
    SELECT coalesce(max(raw_value) > max(scheme.npl_cap), FALSE) AS is_above_cap
    FROM bank_indicator
    CROSS JOIN scheme
    WHERE indicator_id = 'npl_ratio'
)

SELECT
    npl.level,
    npl.unit_id,
    npl.npl_ratio,
    bank.is_above_cap,
    CASE
        WHEN bank.is_above_cap OR npl.npl_ratio IS NULL OR scheme.npl_cap IS NULL THEN CAST(0 AS DOUBLE)
        WHEN npl.npl_ratio <= scheme.npl_comfort THEN CAST(1 AS DOUBLE)
        WHEN npl.npl_ratio >= scheme.npl_cap THEN CAST(0 AS DOUBLE)
        ELSE (scheme.npl_cap - npl.npl_ratio) / (scheme.npl_cap - scheme.npl_comfort)
    END AS headroom
FROM npl
CROSS JOIN bank
CROSS JOIN scheme
