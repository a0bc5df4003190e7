-- name: target_above_parent
-- title: Given targets are not stricter than that of the level above | 下达目标不得层层加码
-- kind: audit
-- severity: error
-- alongside: target_decomposition
-- needs: target
-- source: 银行业金融机构绩效考评监管指引 (银监发〔2012〕34号): branches must not raise standards themselves
-- edges: Children of one parent and indicator, against the parent's target and what overlay_max of the scheme allows on top of it, a share of its size. Amounts: the
--   given children together may not exceed it by more than 0.005; where the parent is negative only if all children are given, because the others may take
--   more of the loss. Where lower is better and all are given, they may not stay below it either. Rates, only if no child with an exposure is left to
--   make up for them: exposure times target of all children may not be stricter than exposure times the parent's by more than 0.005, above it where higher
--   is better, below it where lower is. Targets that are not decomposed are not compared.

WITH setting AS (
    SELECT CAST(coalesce(max(overlay_max), 0) AS DECIMAL(12,8)) AS overlay_max
    FROM scheme
),

compared AS (
    -- An amount as it is, a rate as the amount that the exposure makes of it.
    SELECT
        family.org_id,
        family.indicator_id,
        family.method,
        family.n_sharing,
        indicator.better,
        CAST(CASE family.method
            WHEN 'AMOUNT' THEN family.given_amount
            ELSE family.weighted_rate
        END AS DECIMAL(38,12)) AS children,
        CAST(CASE family.method
            WHEN 'AMOUNT' THEN family.target_value
            ELSE CAST(CAST(family.exposure AS DECIMAL(26,8)) * CAST(family.target_value AS DECIMAL(24,12)) AS DECIMAL(38,12))
        END AS DECIMAL(38,12)) AS parent,
        setting.overlay_max
    FROM target_family AS family
    JOIN indicator ON indicator.indicator_id = family.indicator_id
    CROSS JOIN setting
    WHERE family.method = 'AMOUNT'
       OR family.n_sharing_exposed = 0
),

bounded AS (
    SELECT
        org_id,
        indicator_id,
        method,
        n_sharing,
        better,
        children,
        parent,
        CAST(abs(parent) * overlay_max AS DECIMAL(38,12)) + 0.005 AS room
    FROM compared
)

SELECT
    concat(org_id, '/', indicator_id) AS key,
    concat(
        'The targets given below ', org_id, ' for ', indicator_id,
        CASE method WHEN 'AMOUNT' THEN ' add up to ' ELSE ' weighed by exposure make ' END, CAST(children AS VARCHAR),
        ', its own ', CASE method WHEN 'AMOUNT' THEN 'is ' ELSE 'makes ' END, CAST(parent AS VARCHAR),
        '; no level may be stricter than the one above.'
    ) AS detail
FROM bounded
WHERE (method = 'AMOUNT' AND (parent >= 0 OR n_sharing = 0) AND children > parent + room)
   OR (method = 'AMOUNT' AND better = 'lower' AND n_sharing = 0 AND children < parent - room)
   OR (method = 'RATE' AND better = 'higher' AND children > parent + room)
   OR (method = 'RATE' AND better = 'lower' AND children < parent - room)
