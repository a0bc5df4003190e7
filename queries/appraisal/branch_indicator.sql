-- name: branch_indicator
-- title: Indicators by branch | 机构指标
-- kind: appraisal
-- grain: indicator_id, branch_id
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: The branch rows of indicator_value: every branch and every indicator. UNASSIGNED evidence stands with the branch of the loan. scored_value is the adjusted value; lower and upper
--   are the 95 % interval of a share of cases.

SELECT
    indicator_id,
    code AS branch_id,
    numerator,
    denominator,
    n,
    raw_value,
    adjusted_value,
    adjusted_value AS scored_value,
    lower,
    upper,
    expected,
    reason_code
FROM indicator_value
WHERE grain = 'branch'
