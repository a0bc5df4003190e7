-- name: officer_indicator
-- title: Indicators by officer | 客户经理指标
-- kind: appraisal
-- grain: indicator_id, officer_id
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: The officer rows of indicator_value: every officer and every indicator, UNASSIGNED where it has evidence. raw_value is the quotient of the sums, adjusted_value what the scheme makes of it, scored_value what is scored: the
--   adjusted value, or one set by hand (officer_override), which shows in scored_basis: RAW, BETA, CASE_MIX, CREDIBILITY or OVERRIDE. lower and upper are the 95 % interval, expected the number of bad loans to be
--   expected (case mix). prior_alpha and prior_beta are the cases that a shrunk share was given.

SELECT
    indicator_value.indicator_id,
    indicator_value.code AS officer_id,
    indicator_value.numerator,
    indicator_value.denominator,
    indicator_value.n,
    indicator_value.raw_value,
    indicator_value.adjusted_value,
    coalesce(applied_override.new_value, indicator_value.adjusted_value) AS scored_value,
    indicator_value.lower,
    indicator_value.upper,
    indicator_value.expected,
    indicator_value.reason_code,
    CASE WHEN applied_override.new_value IS NOT NULL THEN 'OVERRIDE' ELSE indicator_value.basis END AS scored_basis,
    indicator_value.case_mix_value,
    indicator_value.prior_alpha,
    indicator_value.prior_beta
FROM indicator_value
LEFT JOIN applied_override
  ON applied_override.indicator_id = indicator_value.indicator_id
 AND applied_override.officer_id = indicator_value.code
WHERE indicator_value.grain = 'officer'
