-- name: target_unit
-- title: Units and their shares in the target of the level above | 各级单位及其分解份额
-- kind: base
-- keep: yes
-- source: q = T (lambda b / sum b + (1 - lambda) h / sum h); mean of rates weighted by exposure
-- edges: One row per indicator that is decomposed and bank, branch or officer; a branch is the sum of its officers, the bank that of its branches.
--   Branches are those of the officers of target_officer_base, and those with a target of their own; elsewhere nobody works for a target. A family is what
--   stands below one parent. Units with a target of their own keep it: given_total is what they take, of a RATE the sum of exposure times target, and
--   share and weight are for the others. share of an AMOUNT is base over the bases of the family, with target_blend below 1 blended with
--   history over histories, unless nobody with a base has a history; units without a base have no part in either. Where nobody has a base all
--   share alike. share of a RATE is base over bases. weight is the share of an AMOUNT as a whole number: exact without a blend, to 15 digits with one.

WITH setting AS (
    SELECT coalesce(max(target_blend), 1) AS blend
    FROM scheme
),

branch_sum AS (
    SELECT
        indicator_id,
        method,
        branch_id,
        CAST(sum(exposure) AS DECIMAL(38,12)) AS exposure,
        CAST(sum(mixed_exposure) AS DECIMAL(38,12)) AS mixed_exposure,
        CAST(sum(base) AS DECIMAL(38,12)) AS base,
        CAST(sum(history) AS DECIMAL(38,12)) AS history,
        CAST(sum(CASE WHEN base > 0 THEN history END) AS DECIMAL(38,12)) AS working_history
    FROM target_officer_base
    GROUP BY indicator_id, method, branch_id
),

branch_given AS (
    SELECT indicator_id, method, org_id, target_value
    FROM target_given
    WHERE org_level = 'BRANCH'
      AND method IS NOT NULL
),

unit AS (
    SELECT
        'OFFICER' AS org_level,
        officer_id AS org_id,
        branch_id AS parent_id,
        indicator_id,
        method,
        given_value,
        planned_days,
        exposure,
        mixed_exposure,
        base,
        history,
        CASE WHEN base > 0 THEN history END AS working_history
    FROM target_officer_base
    UNION ALL
    SELECT
        'BRANCH' AS org_level,
        coalesce(branch_sum.branch_id, branch_given.org_id) AS org_id,
        'BANK' AS parent_id,
        coalesce(branch_sum.indicator_id, branch_given.indicator_id) AS indicator_id,
        coalesce(branch_sum.method, branch_given.method) AS method,
        branch_given.target_value AS given_value,
        CAST(NULL AS INT) AS planned_days,
        coalesce(branch_sum.exposure, CAST(0 AS DECIMAL(38,12))) AS exposure,
        coalesce(branch_sum.mixed_exposure, CAST(0 AS DECIMAL(38,12))) AS mixed_exposure,
        coalesce(branch_sum.base, CAST(0 AS DECIMAL(38,12))) AS base,
        branch_sum.history,
        branch_sum.working_history
    FROM branch_sum
    FULL JOIN branch_given
      ON branch_given.indicator_id = branch_sum.indicator_id
     AND branch_given.org_id = branch_sum.branch_id
    UNION ALL
    SELECT
        'BANK' AS org_level,
        'BANK' AS org_id,
        CAST(NULL AS VARCHAR) AS parent_id,
        target_given.indicator_id,
        target_given.method,
        target_given.target_value AS given_value,
        CAST(NULL AS INT) AS planned_days,
        CAST(coalesce(sum(branch_sum.exposure), 0) AS DECIMAL(38,12)) AS exposure,
        CAST(coalesce(sum(branch_sum.mixed_exposure), 0) AS DECIMAL(38,12)) AS mixed_exposure,
        CAST(coalesce(sum(branch_sum.base), 0) AS DECIMAL(38,12)) AS base,
        CAST(sum(branch_sum.history) AS DECIMAL(38,12)) AS history,
        CAST(sum(branch_sum.working_history) AS DECIMAL(38,12)) AS working_history
    FROM target_given
    LEFT JOIN branch_sum ON branch_sum.indicator_id = target_given.indicator_id
    WHERE target_given.org_level = 'BANK'
      AND target_given.method IS NOT NULL
    GROUP BY target_given.indicator_id, target_given.method, target_given.target_value
),

family AS (
    SELECT
        org_level,
        parent_id,
        indicator_id,
        CAST(sum(exposure) AS DECIMAL(38,12)) AS exposure_total,
        CAST(coalesce(sum(CASE method
            WHEN 'AMOUNT' THEN given_value
            ELSE CAST(CAST(exposure AS DECIMAL(26,8)) * CAST(given_value AS DECIMAL(24,12)) AS DECIMAL(38,12))
        END), 0) AS DECIMAL(38,12)) AS given_total,
        CAST(coalesce(sum(CASE WHEN given_value IS NULL THEN base END), 0) AS DECIMAL(38,12)) AS base_total,
        CAST(coalesce(sum(CASE WHEN given_value IS NULL THEN working_history END), 0) AS DECIMAL(38,12)) AS history_total,
        count(*) FILTER (WHERE given_value IS NULL) AS n_sharing
    FROM unit
    WHERE org_level <> 'BANK'
    GROUP BY org_level, parent_id, indicator_id
),

shared AS (
    SELECT
        unit.org_level,
        unit.org_id,
        unit.parent_id,
        unit.indicator_id,
        unit.method,
        unit.given_value,
        unit.planned_days,
        unit.exposure,
        CASE WHEN unit.exposure > 0 THEN CAST(unit.mixed_exposure AS DOUBLE) / CAST(unit.exposure AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS case_mix,
        unit.base,
        unit.history,
        family.exposure_total,
        family.given_total,
        family.base_total,
        unit.method = 'AMOUNT' AND family.base_total > 0 AND family.history_total > 0 AND setting.blend < 1 AS is_blended,
        CASE
            WHEN unit.given_value IS NOT NULL THEN CAST(NULL AS DOUBLE)
            WHEN family.base_total > 0 AND unit.method = 'AMOUNT' AND family.history_total > 0 AND setting.blend < 1
                THEN setting.blend * CAST(unit.base AS DOUBLE) / CAST(family.base_total AS DOUBLE)
                    + (1 - setting.blend) * CAST(coalesce(unit.working_history, 0) AS DOUBLE) / CAST(family.history_total AS DOUBLE)
            WHEN family.base_total > 0 THEN CAST(unit.base AS DOUBLE) / CAST(family.base_total AS DOUBLE)
            WHEN unit.method = 'AMOUNT' THEN 1 / CAST(family.n_sharing AS DOUBLE)
        END AS share
    FROM unit
    CROSS JOIN setting
    LEFT JOIN family
      ON family.org_level = unit.org_level
     AND family.parent_id = unit.parent_id
     AND family.indicator_id = unit.indicator_id
)

SELECT
    org_level,
    org_id,
    parent_id,
    indicator_id,
    method,
    given_value,
    planned_days,
    exposure,
    case_mix,
    history,
    exposure_total,
    given_total,
    base_total,
    share,
    CASE
        WHEN given_value IS NOT NULL OR method <> 'AMOUNT' THEN CAST(NULL AS DECIMAL(38,0))
        WHEN is_blended THEN CAST(round(share * 1000000000000000) AS DECIMAL(38,0))
        WHEN base_total > 0 THEN CAST(CAST(base AS DECIMAL(38,8)) * 100000000 AS DECIMAL(38,0))
        ELSE CAST(1 AS DECIMAL(38,0))
    END AS weight
FROM shared
