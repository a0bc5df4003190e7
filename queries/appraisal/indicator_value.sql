-- name: indicator_value
-- title: Values of all indicators at every grain | 指标取值（全部口径）
-- kind: base
-- keep: yes
-- source: ratio of sums of the evidence; undefined values are NULL with a reason code (BCBS 239, accuracy)
-- edges: Officers, branches and the bank have a row for every indicator; UNASSIGNED, and a unit that only evidence names, only where they have evidence, and so do
--   segments. A value is the quotient of the sums, divided once; a zero denominator gives NULL with NO_EXPOSURE (warnings: NO_MATURE_ALERT). A count
--   or amount (aggregate sum) is the sum of its numerators, 0 where there are none, with denominator 1; for an officer who held no live loan on any day of
--   the period it is NULL with NO_EXPOSURE unless there is something to count. Medians and rank correlations come from indicator_statistic,
--   NULL with INSUFFICIENT_N where there is none. An indicator whose input the bank does not deliver is NULL with MISSING_INPUT, numerator and denominator included.
--   adjusted_value: with min_n in the scheme, fewer keys than that give NULL with INSUFFICIENT_N, the raw value stays; with case_mix an officer's value is
--   observed / expected of case_mix_ratio x the value of the bank, the raw one where nothing is expected; with shrink = { beta } it is (k + alpha) / (n + alpha + beta) with the prior
--   of beta_prior and BETA_SHRUNK beside it; with shrink = { credibility } that of credibility, the value before it where that has none. Only officers are adjusted so. basis says what the adjusted value is.
--   lower and upper: the 95 % interval; Wilson's for a share of cases, of all grains, with cases as in the sums; for case mix the exact Poisson interval of the observed bad loans over the expected
--   ones x the value of the bank; empty for all others. expected is the number of bad loans that was to be expected.

WITH expected AS (
    SELECT indicator.indicator_id, 'officer' AS grain, officer.officer_id AS code
    FROM (SELECT DISTINCT officer_id FROM officer) AS officer
    CROSS JOIN indicator
    UNION ALL
    SELECT indicator.indicator_id, 'branch' AS grain, branch.branch_id AS code
    FROM (SELECT DISTINCT branch_id FROM branch) AS branch
    CROSS JOIN indicator
    UNION ALL
    SELECT indicator.indicator_id, 'bank' AS grain, 'BANK' AS code
    FROM indicator
),

held AS (
    SELECT
        coalesce(expected.indicator_id, indicator_sum.indicator_id) AS indicator_id,
        coalesce(expected.grain, indicator_sum.grain) AS grain,
        coalesce(expected.code, indicator_sum.code) AS code,
        coalesce(indicator_sum.numerator, CAST(0 AS DECIMAL(38,12))) AS numerator,
        coalesce(indicator_sum.denominator, CAST(0 AS DECIMAL(38,12))) AS denominator,
        coalesce(indicator_sum.n, 0) AS n
    FROM expected
    FULL JOIN indicator_sum
      ON indicator_sum.indicator_id = expected.indicator_id
     AND indicator_sum.grain = expected.grain
     AND indicator_sum.code = expected.code
),

bank AS (
    SELECT indicator_id, CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) AS bank_value
    FROM indicator_sum
    WHERE grain = 'bank'
      AND denominator <> 0
),

figure AS (
    SELECT
        held.indicator_id,
        held.grain,
        held.code,
        indicator.aggregate,
        indicator.empty,
        indicator.missing_input IS NOT NULL AS is_missing,
        held.numerator,
        CASE WHEN indicator.aggregate = 'sum' THEN CAST(1 AS DECIMAL(38,12)) ELSE held.denominator END AS denominator,
        held.n,
        indicator_statistic.statistic,
        held.grain = 'officer' AND officer_exposure.officer_id IS NULL AND held.numerator = 0 AS is_unexposed,
        coalesce(held.n < scheme_indicator.min_n, FALSE) AS is_too_few,
        beta_prior.prior_mean,
        beta_prior.alpha,
        beta_prior.beta,
        case_mix_ratio.observed,
        CASE WHEN case_mix_ratio.expected > 0 THEN case_mix_ratio.expected END AS expected,
        bank.bank_value,
        credibility.value AS credible_value
    FROM held
    JOIN indicator ON indicator.indicator_id = held.indicator_id
    LEFT JOIN scheme_indicator ON scheme_indicator.indicator_id = held.indicator_id
    LEFT JOIN indicator_statistic
      ON indicator_statistic.indicator_id = held.indicator_id
     AND indicator_statistic.grain = held.grain
     AND indicator_statistic.code = held.code
    LEFT JOIN officer_exposure ON officer_exposure.officer_id = held.code AND held.grain = 'officer'
    LEFT JOIN officer ON officer.officer_id = held.code AND held.grain = 'officer'
    LEFT JOIN beta_prior
      ON beta_prior.indicator_id = held.indicator_id
     AND beta_prior.peer_group = coalesce(officer.peer_group, '')
     AND held.grain = 'officer'
     AND held.code <> 'UNASSIGNED'
    LEFT JOIN case_mix_ratio
      ON case_mix_ratio.indicator_id = held.indicator_id
     AND case_mix_ratio.officer_id = held.code
     AND held.grain = 'officer'
     AND held.code <> 'UNASSIGNED'
    LEFT JOIN bank ON bank.indicator_id = held.indicator_id
    LEFT JOIN credibility
      ON credibility.indicator_id = held.indicator_id
     AND credibility.officer_id = held.code
     AND held.grain = 'officer'
),

raw AS (
    SELECT
        indicator_id,
        grain,
        code,
        is_missing,
        numerator,
        denominator,
        n,
        is_too_few,
        aggregate,
        prior_mean,
        alpha,
        beta,
        observed,
        expected,
        bank_value,
        observed / expected * bank_value AS case_mix_value,
        credible_value,
        CASE
            WHEN is_missing OR denominator = 0 THEN CAST(NULL AS DOUBLE)
            WHEN aggregate IN ('ratio', 'share') THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE)
            WHEN aggregate = 'annualised' THEN 1 - power(1 - CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE), 12)
            WHEN aggregate = 'sum' THEN CASE WHEN NOT is_unexposed THEN CAST(numerator AS DOUBLE) END
            ELSE statistic
        END AS raw_value,
        CASE
            WHEN is_missing THEN 'MISSING_INPUT'
            WHEN is_too_few THEN 'INSUFFICIENT_N'
            WHEN denominator = 0 THEN empty
            WHEN aggregate = 'sum' AND is_unexposed THEN 'NO_EXPOSURE'
            WHEN aggregate IN ('median', 'rank_correlation') AND statistic IS NULL THEN 'INSUFFICIENT_N'
        END AS reason_code
    FROM figure
),

adjusted AS (
    SELECT
        indicator_id,
        grain,
        code,
        CASE WHEN NOT is_missing THEN numerator END AS numerator,
        CASE WHEN NOT is_missing THEN denominator END AS denominator,
        CASE WHEN NOT is_missing THEN n END AS n,
        raw_value,
        CASE
            WHEN is_too_few OR raw_value IS NULL THEN CAST(NULL AS VARCHAR)
            WHEN credible_value IS NOT NULL THEN 'CREDIBILITY'
            WHEN case_mix_value IS NOT NULL THEN 'CASE_MIX'
            WHEN prior_mean IS NOT NULL OR alpha IS NOT NULL THEN 'BETA'
            ELSE 'RAW'
        END AS basis,
        CASE WHEN prior_mean IS NULL THEN alpha END AS prior_alpha,
        CASE WHEN prior_mean IS NULL THEN beta END AS prior_beta,
        prior_mean,
        alpha,
        beta,
        observed,
        expected,
        bank_value,
        CASE WHEN raw_value IS NOT NULL THEN case_mix_value END AS case_mix_value,
        CASE WHEN aggregate = 'share' AND case_mix_value IS NULL AND raw_value IS NOT NULL THEN CAST(denominator AS DOUBLE) END AS cases,
        credible_value,
        reason_code
    FROM raw
)

SELECT
    indicator_id,
    grain,
    code,
    numerator,
    denominator,
    n,
    raw_value,
    case_mix_value,
    CASE basis
        WHEN 'CREDIBILITY' THEN credible_value
        WHEN 'CASE_MIX' THEN case_mix_value
        WHEN 'BETA' THEN coalesce(
            prior_mean,
            (CAST(numerator AS DOUBLE) + alpha) / (CAST(denominator AS DOUBLE) + alpha + beta)
        )
        WHEN 'RAW' THEN raw_value
    END AS adjusted_value,
    basis,
    prior_alpha,
    prior_beta,
    CASE
        WHEN cases IS NOT NULL THEN
            greatest(0, raw_value + power(normal_quantile(0.975), 2) / 2 / cases
                - normal_quantile(0.975) * sqrt(raw_value * (1 - raw_value) / cases + power(normal_quantile(0.975), 2) / 4 / power(cases, 2)))
            / (1 + power(normal_quantile(0.975), 2) / cases)
        WHEN case_mix_value IS NOT NULL THEN
            coalesce(chi_squared_quantile(0.025, 2 * observed), 0) / 2 / expected * bank_value
    END AS lower,
    CASE
        WHEN cases IS NOT NULL THEN
            (raw_value + power(normal_quantile(0.975), 2) / 2 / cases
                + normal_quantile(0.975) * sqrt(raw_value * (1 - raw_value) / cases + power(normal_quantile(0.975), 2) / 4 / power(cases, 2)))
            / (1 + power(normal_quantile(0.975), 2) / cases)
        WHEN case_mix_value IS NOT NULL THEN
            chi_squared_quantile(0.975, 2 * (observed + 1)) / 2 / expected * bank_value
    END AS upper,
    CASE WHEN case_mix_value IS NOT NULL THEN expected END AS expected,
    CASE WHEN basis = 'BETA' AND reason_code IS NULL THEN 'BETA_SHRUNK' ELSE reason_code END AS reason_code
FROM adjusted
