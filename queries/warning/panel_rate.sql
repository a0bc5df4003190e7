-- name: panel_rate
-- title: Measures of the panel in every replicate | 面板指标（逐次重复）
-- kind: base
-- params: net_benefit_threshold DOUBLE
-- source: Sarlin (2013), relative usefulness; Kaminsky, Lizondo and Reinhart (1998), noise to signal; Vickers and Elkin (2006), net benefit
-- edges: Each measure as one fraction of whole numbers, from the four cells of panel_replicate, NULL with a denominator of 0. With P = TP + FN, N = FP + TN: lift is precision over base rate,
--   TP (P + N) / ((TP + FP) P); panel_f2 joins precision and sensitivity, 5 TP / (5 TP + 4 FN + FP), NULL without P, 0 where nothing is flagged; noise_to_signal is FP / N over TP / P; relative_usefulness is
--   (A - mu FN - (1 - mu) FP) / A with A the smaller of mu P and (1 - mu) N, for mu of 50, 70 and 90 %: what is saved of the loss of the better of two blind rules, never to warn and always to warn; negative is worse than that. net_benefit is
--   TP / (P + N) - FP / (P + N) · p / (1 - p) with p of net_benefit_threshold: the chance of default from which on the bank would act.

WITH cell AS (
    SELECT
        split,
        code,
        basis,
        replicate,
        n_tp,
        n_fp,
        n_fn,
        n_tn,
        n_tp + n_fn AS n_positive,
        n_fp + n_tn AS n_negative,
        n_tp + n_fp + n_fn + n_tn AS n,
        CAST($net_benefit_threshold AS DECIMAL(13,12)) AS threshold
    FROM panel_replicate
),

fraction AS (
    SELECT split, code, basis, replicate, 'panel_sensitivity' AS measure, CAST(n_tp AS DECIMAL(38,12)) AS numerator, CAST(n_positive AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_specificity' AS measure, CAST(n_tn AS DECIMAL(38,12)) AS numerator, CAST(n_negative AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_fpr' AS measure, CAST(n_fp AS DECIMAL(38,12)) AS numerator, CAST(n_negative AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_precision' AS measure, CAST(n_tp AS DECIMAL(38,12)) AS numerator, CAST(n_tp + n_fp AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'panel_base_rate' AS measure, CAST(n_positive AS DECIMAL(38,12)) AS numerator, CAST(n AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'lift' AS measure, CAST(n_tp * n AS DECIMAL(38,12)) AS numerator, CAST((n_tp + n_fp) * n_positive AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT
        split, code, basis, replicate, 'panel_f2' AS measure, CAST(5 * n_tp AS DECIMAL(38,12)) AS numerator,
        CAST(CASE WHEN n_positive > 0 THEN 5 * n_tp + 4 * n_fn + n_fp ELSE 0 END AS DECIMAL(38,12)) AS denominator
    FROM cell
    UNION ALL
    SELECT split, code, basis, replicate, 'noise_to_signal' AS measure, CAST(n_fp * n_positive AS DECIMAL(38,12)) AS numerator, CAST(n_tp * n_negative AS DECIMAL(38,12)) AS denominator FROM cell
    UNION ALL
    SELECT
        cell.split, cell.code, cell.basis, cell.replicate, concat('relative_usefulness_', CAST(mu.percent AS VARCHAR)) AS measure,
        CAST(least(mu.percent * cell.n_positive, (100 - mu.percent) * cell.n_negative) - mu.percent * cell.n_fn - (100 - mu.percent) * cell.n_fp AS DECIMAL(38,12)) AS numerator,
        CAST(least(mu.percent * cell.n_positive, (100 - mu.percent) * cell.n_negative) AS DECIMAL(38,12)) AS denominator
    FROM cell
    CROSS JOIN (SELECT 50 AS percent UNION ALL SELECT 70 AS percent UNION ALL SELECT 90 AS percent) AS mu
    UNION ALL
    SELECT
        split, code, basis, replicate, 'net_benefit' AS measure,
        CAST(n_tp * (1 - threshold) - n_fp * threshold AS DECIMAL(38,12)) AS numerator,
        CAST(n * (1 - threshold) AS DECIMAL(38,12)) AS denominator
    FROM cell
)

SELECT
    split,
    code,
    basis,
    replicate,
    measure,
    numerator,
    denominator,
    CAST(numerator AS DOUBLE) / CAST(nullif(denominator, 0) AS DOUBLE) AS value
FROM fraction
