-- name: officer_appeal
-- title: Appeals and what became of them | 考核申诉
-- kind: appraisal
-- grain: appeal_id
-- source: 银行业金融机构绩效考评监管指引; an upheld appeal leads to a new run, the old one stays
-- edges: Appeals against the period that is computed. n_overrides counts the values set by hand for the officer, and for the indicator where the appeal names one. is_open: not decided yet. needs_action: upheld, wholly or in part, and no value was
--   set by hand since; the answer may also be corrected data, which no table can tell.

SELECT
    appeal.appeal_id,
    appeal.officer_id,
    appeal.indicator_id,
    appeal.submitted_on,
    appeal.status,
    appeal.decided_by,
    coalesce(appeal.status, 'SUBMITTED') IN ('SUBMITTED', 'UNDER_REVIEW') AS is_open,
    count(decided.override_id) AS n_overrides,
    appeal.status IN ('UPHELD', 'PARTLY') AND count(decided.override_id) = 0 AS needs_action
FROM appeal
JOIN period_name ON period_name.period = appeal.period
LEFT JOIN "override" AS decided
  ON decided.officer_id = appeal.officer_id
 AND decided.period = appeal.period
 AND (appeal.indicator_id IS NULL OR decided.indicator_id = appeal.indicator_id)
GROUP BY appeal.appeal_id, appeal.officer_id, appeal.indicator_id, appeal.submitted_on, appeal.status, appeal.decided_by
