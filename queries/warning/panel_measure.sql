-- name: panel_measure
-- title: Sensitivity, specificity and usefulness on the panel | 面板口径预警指标
-- kind: base
-- keep: yes
-- source: panel_rate, panel_interval, panel_score, panel_cell
-- edges: One row per split, code, basis and measure: the fractions of panel_rate with the intervals of panel_interval, the counts of the cells, and auc, gini (2 auc - 1) and ks, which have no interval. Splits: the kinds of
--   warning_by_kind (all, signal_type, source, signal), each on the whole panel; and all warnings together on the month-ends of a branch, industry, product, region, size_band, customer_type or officer (panel_segment; overlapping, so codes do not add up;
--   officers without intervals). Compare lift there, not precision, which rises with the base rate of the code. A denominator of 0 gives NULL with NO_EXPOSURE. n_excluded: rows dropped as DROP_LATE or DROP_CENSORED. basis panel_mature
--   is the one to report: near the cutoff defaults show sooner than their absence, which makes panel look too good.

WITH dropped AS (
    SELECT split, code, basis, sum(n_late) AS n_late, sum(n_censored) AS n_censored
    FROM panel_cell
    GROUP BY split, code, basis
),

cell AS (
    SELECT
        panel_replicate.split,
        panel_replicate.code,
        panel_replicate.basis,
        panel_replicate.n_tp,
        panel_replicate.n_fp,
        panel_replicate.n_fn,
        panel_replicate.n_tn,
        dropped.n_late,
        dropped.n_censored
    FROM panel_replicate
    JOIN dropped
      ON dropped.split = panel_replicate.split
     AND dropped.code = panel_replicate.code
     AND dropped.basis = panel_replicate.basis
    WHERE panel_replicate.replicate = 0
),

counted AS (
    SELECT
        cell.split,
        cell.code,
        cell.basis,
        name.measure,
        CASE name.measure
            WHEN 'n_tp' THEN cell.n_tp
            WHEN 'n_fp' THEN cell.n_fp
            WHEN 'n_fn' THEN cell.n_fn
            WHEN 'n_tn' THEN cell.n_tn
            WHEN 'n_drop_late' THEN cell.n_late
            ELSE cell.n_censored
        END AS amount
    FROM cell
    CROSS JOIN (
        SELECT 'n_tp' AS measure UNION ALL
        SELECT 'n_fp' AS measure UNION ALL
        SELECT 'n_fn' AS measure UNION ALL
        SELECT 'n_tn' AS measure UNION ALL
        SELECT 'n_drop_late' AS measure UNION ALL
        SELECT 'n_drop_censored' AS measure
    ) AS name
),

scored AS (
    SELECT
        panel_score.split,
        panel_score.code,
        panel_score.basis,
        name.measure,
        CASE name.measure WHEN 'auc' THEN panel_score.auc WHEN 'gini' THEN 2 * panel_score.auc - 1 ELSE panel_score.ks END AS value
    FROM panel_score
    CROSS JOIN (
        SELECT 'auc' AS measure UNION ALL
        SELECT 'gini' AS measure UNION ALL
        SELECT 'ks' AS measure
    ) AS name
),

valued AS (
    SELECT
        panel_rate.split,
        panel_rate.code,
        panel_rate.basis,
        panel_rate.measure,
        panel_rate.numerator,
        panel_rate.denominator,
        panel_rate.value,
        panel_interval.lower,
        panel_interval.upper
    FROM panel_rate
    LEFT JOIN panel_interval
      ON panel_interval.split = panel_rate.split
     AND panel_interval.code = panel_rate.code
     AND panel_interval.basis = panel_rate.basis
     AND panel_interval.measure = panel_rate.measure
    WHERE panel_rate.replicate = 0
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
        CAST(NULL AS DOUBLE) AS upper
    FROM scored
)

SELECT
    valued.split,
    valued.code,
    valued.basis,
    valued.measure,
    valued.numerator,
    valued.denominator,
    valued.value,
    CASE WHEN valued.value IS NOT NULL THEN valued.lower END AS lower,
    CASE WHEN valued.value IS NOT NULL THEN valued.upper END AS upper,
    CAST(cell.n_late + cell.n_censored AS BIGINT) AS n_excluded,
    CASE WHEN valued.value IS NULL THEN 'NO_EXPOSURE' END AS reason_code
FROM valued
JOIN cell ON cell.split = valued.split AND cell.code = valued.code AND cell.basis = valued.basis
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
