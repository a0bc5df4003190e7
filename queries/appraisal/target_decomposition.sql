-- name: target_decomposition
-- title: Targets from the bank to branches and officers | 指标目标分解（全行、机构、客户经理）
-- kind: appraisal
-- grain: org_level, org_id, indicator_id
-- needs: target
-- source: targets that add up; 银行业金融机构绩效考评监管指引 (银监发〔2012〕34号), no level raises what the one above has set
-- edges: Targets of the period, GIVEN ones as they are set, and what is DECOMPOSED from them: the bank's to the branches, a branch's to its officers. Children
--   with a target of their own keep it, the others share what is left (target_branch, target_officer). method AMOUNT or RATE tells how; it is empty for
--   counts and other indicators that are not decomposed, whose given targets are listed alone. exposure is the principal balance at the opening of the period, case_mix the
--   factor c, share the part of what was left to share, history the numerator of the period before, planned_days those of an officer. They are empty where
--   nothing was to be shared with the unit or the unit is not known. parent_id of an officer is the branch, UNASSIGNED for one without, empty for one
--   whom nobody knows. Loans without an owner have no target. Without a target for the period the table is empty.

WITH stated AS (
    SELECT org_level, org_id, indicator_id, target_value, 'GIVEN' AS basis, method
    FROM target_given
    UNION ALL
    SELECT 'BRANCH' AS org_level, org_id, indicator_id, target_value, 'DECOMPOSED' AS basis, method
    FROM target_branch
    UNION ALL
    SELECT 'OFFICER' AS org_level, org_id, indicator_id, target_value, 'DECOMPOSED' AS basis, method
    FROM target_officer
)

SELECT
    stated.org_level,
    stated.org_id,
    CASE
        WHEN stated.org_level = 'BRANCH' THEN 'BANK'
        WHEN stated.org_level = 'OFFICER' AND officer.officer_id IS NOT NULL THEN coalesce(officer.branch_id, 'UNASSIGNED')
    END AS parent_id,
    stated.indicator_id,
    stated.target_value,
    stated.basis,
    stated.method,
    target_unit.exposure,
    CASE WHEN stated.method = 'AMOUNT' THEN target_unit.planned_days END AS planned_days,
    target_unit.case_mix,
    target_unit.share,
    target_unit.history
FROM stated
LEFT JOIN target_unit
  ON target_unit.org_level = stated.org_level
 AND target_unit.org_id = stated.org_id
 AND target_unit.indicator_id = stated.indicator_id
LEFT JOIN officer ON stated.org_level = 'OFFICER' AND officer.officer_id = stated.org_id
