-- name: target_family
-- title: Targets of one parent added up | 同一上级下的目标汇总
-- kind: base
-- source: targets of children against that of their parent
-- edges: One row per unit and indicator whose target is decomposed and that has children in target_decomposition. n_sharing counts the children without a target of their own, n_sharing_exposed those of them with an exposure;
--   given_amount and amount are sums of the given and of all targets, weighted_rate is the sum of exposure x target of rates.

SELECT
    parent.org_id,
    parent.indicator_id,
    parent.method,
    parent.target_value,
    count(*) FILTER (WHERE child.basis <> 'GIVEN') AS n_sharing,
    count(*) FILTER (WHERE child.basis <> 'GIVEN' AND child.exposure > 0) AS n_sharing_exposed,
    coalesce(sum(CASE WHEN child.basis = 'GIVEN' THEN child.target_value END), 0) AS given_amount,
    sum(child.target_value) AS amount,
    coalesce(sum(child.exposure), 0) AS exposure,
    coalesce(sum(CASE
        WHEN parent.method = 'RATE'
            THEN CAST(CAST(child.exposure AS DECIMAL(26,8)) * CAST(child.target_value AS DECIMAL(24,12)) AS DECIMAL(38,12))
    END), 0) AS weighted_rate
FROM target_decomposition AS parent
JOIN target_decomposition AS child
  ON child.parent_id = parent.org_id
 AND child.indicator_id = parent.indicator_id
 AND child.org_level = CASE parent.org_level WHEN 'BANK' THEN 'BRANCH' WHEN 'BRANCH' THEN 'OFFICER' END
WHERE parent.method IS NOT NULL
GROUP BY parent.org_id, parent.indicator_id, parent.method, parent.target_value
