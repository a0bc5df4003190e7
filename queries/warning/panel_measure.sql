-- name: panel_measure
-- title: Sensitivity, specificity and usefulness on the panel | 面板口径预警指标
-- kind: base
-- keep: yes
-- params: net_benefit_threshold DOUBLE
-- source: panel_replicate, panel_score; Sarlin (2013), relative usefulness; Kaminsky, Lizondo and Reinhart (1998), noise to signal; Vickers and Elkin (2006), net benefit
-- edges: One row per kind of warning, basis and measure. With P the share of rows labelled 1, T1 = FN / (TP + FN), T2 = FP / (FP + TN): lift is precision over P, panel_f2 joins precision and sensitivity, noise_to_signal is
--   T2 / (1 - T1), relative_usefulness_mu is (A - mu P T1 - (1 - mu) (1 - P) T2) / A with A the smaller of mu P and (1 - mu) (1 - P), mu of 50, 70 and 90 %, and net_benefit is TP / N - FP / N · p / (1 - p) with p of net_benefit_threshold:
--   the chance of default from which on the bank would act. lower and upper are the 2.5 and 97.5 % quantiles (linear interpolation) of the replicates in which the measure has a value, NULL with fewer than 40 of them; auc, ks and gini
--   have none. A denominator of 0 gives NULL with NO_EXPOSURE. n_excluded: rows dropped as DROP_LATE or DROP_CENSORED.

WITH rate AS (
    SELECT
        split,
        code,
        basis,
        replicate,
        n_tp,
        n_fp,
        n_fn,
        n_tn,
        CAST(n_tp + n_fp + n_fn + n_tn AS DOUBLE) AS n,
        CAST(n_tp AS DOUBLE) AS tp,
        CAST(n_fp AS DOUBLE) AS fp,
        CAST(n_tp AS DOUBLE) / CAST(nullif(n_tp + n_fp, 0) AS DOUBLE) AS hit_rate,
        CAST(n_tp AS DOUBLE) / CAST(nullif(n_tp + n_fn, 0) AS DOUBLE) AS sensitivity,
        CAST(n_fp AS DOUBLE) / CAST(nullif(n_fp + n_tn, 0) AS DOUBLE) AS fpr,
        CAST(n_tp + n_fn AS DOUBLE) / CAST(nullif(n_tp + n_fp + n_fn + n_tn, 0) AS DOUBLE) AS base
    FROM panel_replicate
),

useful AS (
    SELECT
        rate.split,
        rate.code,
        rate.basis,
        rate.replicate,
        mu.measure,
        CAST(mu.mu AS DOUBLE) * rate.base * (1 - rate.sensitivity) + (1 - CAST(mu.mu AS DOUBLE)) * (1 - rate.base) * rate.fpr AS loss,
        least(CAST(mu.mu AS DOUBLE) * rate.base, (1 - CAST(mu.mu AS DOUBLE)) * (1 - rate.base)) AS available
    FROM rate
    CROSS JOIN (
        SELECT 'relative_usefulness_50' AS measure, 0.5 AS mu UNION ALL
        SELECT 'relative_usefulness_70' AS measure, 0.7 AS mu UNION ALL
        SELECT 'relative_usefulness_90' AS measure, 0.9 AS mu
    ) AS mu
),

valued AS (
    SELECT split, code, basis, replicate, 'panel_sensitivity' AS measure, n_tp AS numerator, n_tp + n_fn AS denominator, sensitivity AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_specificity' AS measure, n_tn AS numerator, n_fp + n_tn AS denominator, 1 - fpr AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_fpr' AS measure, n_fp AS numerator, n_fp + n_tn AS denominator, fpr AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_precision' AS measure, n_tp AS numerator, n_tp + n_fp AS denominator, hit_rate AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_base_rate' AS measure, n_tp + n_fn AS numerator, n_tp + n_fp + n_fn + n_tn AS denominator, base AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'lift' AS measure, CAST(NULL AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator, hit_rate / nullif(base, 0) AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_f2' AS measure, CAST(NULL AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator,
        CASE WHEN hit_rate = 0 AND sensitivity = 0 THEN 0 ELSE 5 * hit_rate * sensitivity / (4 * hit_rate + sensitivity) END AS value
    FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, 'noise_to_signal' AS measure, CAST(NULL AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator, fpr / nullif(sensitivity, 0) AS value FROM rate
    UNION ALL
    SELECT split, code, basis, replicate, measure, CAST(NULL AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator, (available - loss) / nullif(available, 0) AS value FROM useful
    UNION ALL
    SELECT split, code, basis, replicate, 'net_benefit' AS measure, CAST(NULL AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator,
        (tp - fp * $net_benefit_threshold / (1 - $net_benefit_threshold)) / nullif(n, 0) AS value
    FROM rate
),

ordered AS (
    SELECT
        split,
        code,
        basis,
        measure,
        value,
        row_number() OVER (PARTITION BY split, code, basis, measure ORDER BY value) AS place,
        count(*) OVER (PARTITION BY split, code, basis, measure) AS n
    FROM valued
    WHERE replicate > 0
      AND value IS NOT NULL
),

bound AS (
    SELECT
        split,
        code,
        basis,
        measure,
        n,
        1 + CAST(0.025 AS DOUBLE) * CAST(n - 1 AS DOUBLE) AS low,
        1 + CAST(0.975 AS DOUBLE) * CAST(n - 1 AS DOUBLE) AS high,
        place,
        value
    FROM ordered
    WHERE n >= 40
),

ranged AS (
    SELECT
        split,
        code,
        basis,
        measure,
        min(CASE WHEN place = CAST(floor(low) AS BIGINT) THEN value END)
            + max(low - floor(low)) * (min(CASE WHEN place = CAST(ceil(low) AS BIGINT) THEN value END) - min(CASE WHEN place = CAST(floor(low) AS BIGINT) THEN value END)) AS lower,
        min(CASE WHEN place = CAST(floor(high) AS BIGINT) THEN value END)
            + max(high - floor(high)) * (min(CASE WHEN place = CAST(ceil(high) AS BIGINT) THEN value END) - min(CASE WHEN place = CAST(floor(high) AS BIGINT) THEN value END)) AS upper
    FROM bound
    GROUP BY split, code, basis, measure
),

dropped AS (
    SELECT
        basis.basis,
        count(*) FILTER (WHERE panel_label.label IN ('DROP_LATE', 'DROP_CENSORED')) AS n_dropped,
        count(*) FILTER (WHERE panel_label.label = 'DROP_LATE') AS n_drop_late,
        count(*) FILTER (WHERE panel_label.label = 'DROP_CENSORED') AS n_drop_censored
    FROM (SELECT 'panel' AS basis UNION ALL SELECT 'panel_mature' AS basis) AS basis
    CROSS JOIN panel_label
    WHERE basis.basis = 'panel'
       OR panel_label.is_mature
    GROUP BY basis.basis
),

counted AS (
    SELECT rate.split, rate.code, rate.basis, 'n_tp' AS measure, rate.n_tp AS amount FROM rate WHERE rate.replicate = 0
    UNION ALL
    SELECT rate.split, rate.code, rate.basis, 'n_fp' AS measure, rate.n_fp AS amount FROM rate WHERE rate.replicate = 0
    UNION ALL
    SELECT rate.split, rate.code, rate.basis, 'n_fn' AS measure, rate.n_fn AS amount FROM rate WHERE rate.replicate = 0
    UNION ALL
    SELECT rate.split, rate.code, rate.basis, 'n_tn' AS measure, rate.n_tn AS amount FROM rate WHERE rate.replicate = 0
    UNION ALL
    SELECT rate.split, rate.code, rate.basis, 'n_drop_late' AS measure, coalesce(dropped.n_drop_late, 0) AS amount
    FROM rate
    LEFT JOIN dropped ON dropped.basis = rate.basis
    WHERE rate.replicate = 0
    UNION ALL
    SELECT rate.split, rate.code, rate.basis, 'n_drop_censored' AS measure, coalesce(dropped.n_drop_censored, 0) AS amount
    FROM rate
    LEFT JOIN dropped ON dropped.basis = rate.basis
    WHERE rate.replicate = 0
),

scored AS (
    SELECT split, code, basis, 'auc' AS measure, auc AS value FROM panel_score
    UNION ALL
    SELECT split, code, basis, 'gini' AS measure, 2 * auc - 1 AS value FROM panel_score
    UNION ALL
    SELECT split, code, basis, 'ks' AS measure, ks AS value FROM panel_score
)

SELECT
    valued.split,
    valued.code,
    valued.basis,
    valued.measure,
    CAST(valued.numerator AS DECIMAL(38,12)) AS numerator,
    CAST(valued.denominator AS DECIMAL(38,12)) AS denominator,
    valued.value,
    ranged.lower,
    ranged.upper,
    coalesce(dropped.n_dropped, 0) AS n_excluded,
    CASE WHEN valued.value IS NULL THEN 'NO_EXPOSURE' END AS reason_code
FROM valued
LEFT JOIN ranged
  ON ranged.split = valued.split
 AND ranged.code = valued.code
 AND ranged.basis = valued.basis
 AND ranged.measure = valued.measure
LEFT JOIN dropped ON dropped.basis = valued.basis
WHERE valued.replicate = 0
UNION ALL
SELECT
    split,
    code,
    basis,
    measure,
    CAST(amount AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    CAST(amount AS DOUBLE) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CAST(NULL AS VARCHAR) AS reason_code
FROM counted
UNION ALL
SELECT
    split,
    code,
    basis,
    measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN value IS NULL THEN 'NO_EXPOSURE' END AS reason_code
FROM scored
