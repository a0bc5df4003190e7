-- name: panel_score
-- title: How well scores rank the panel | 评分区分能力（AUC、KS）
-- kind: base
-- source: AUC = U / (n1 n0), ties one half (Mann and Whitney 1947; Hanley and McNeil 1982); KS = max |F1 - F0| (Smirnov 1948)
-- edges: Per kind and basis with at least one flagged row that has a score: all labelled rows in the order of their score. A row without a warning, or whose warnings have no score, ranks below every score, all of them tied. NULL
--   where no row is labelled 1 or none 0. Censored rows are left out, not weighted.

WITH based AS (
    SELECT 'panel' AS basis, TRUE AS is_mature UNION ALL
    SELECT 'panel' AS basis, FALSE AS is_mature UNION ALL
    SELECT 'panel_mature' AS basis, TRUE AS is_mature
),

scored AS (
    SELECT
        panel_flag.split,
        panel_flag.code,
        based.basis,
        panel_flag.score,
        count(*) FILTER (WHERE panel_flag.label = '1') AS ones,
        count(*) FILTER (WHERE panel_flag.label = '0') AS zeros
    FROM panel_flag
    JOIN based ON based.is_mature = panel_flag.is_mature
    WHERE panel_flag.label IN ('0', '1')
      AND panel_flag.score IS NOT NULL
    GROUP BY panel_flag.split, panel_flag.code, based.basis, panel_flag.score
),

total AS (
    SELECT
        split,
        code,
        basis,
        n_tp + n_fn AS ones,
        n_fp + n_tn AS zeros
    FROM panel_replicate
    WHERE replicate = 0
),

seen AS (
    SELECT split, code, basis, sum(ones) AS ones, sum(zeros) AS zeros
    FROM scored
    GROUP BY split, code, basis
),

step AS (
    SELECT split, code, basis, score, ones, zeros FROM scored
    UNION ALL
    SELECT total.split, total.code, total.basis, CAST(NULL AS DOUBLE) AS score, total.ones - seen.ones AS ones, total.zeros - seen.zeros AS zeros
    FROM total
    JOIN seen ON seen.split = total.split AND seen.code = total.code AND seen.basis = total.basis
),

passed AS (
    SELECT
        split,
        code,
        basis,
        ones,
        zeros,
        sum(ones) OVER upward AS ones_so_far,
        sum(zeros) OVER upward AS zeros_so_far
    FROM step
    WINDOW upward AS (PARTITION BY split, code, basis ORDER BY score NULLS FIRST ROWS UNBOUNDED PRECEDING)
),

summed AS (
    -- Twice U and the steps of both distribution functions over n1 n0, all of them whole numbers.
    SELECT
        split,
        code,
        basis,
        CAST(sum(ones) AS DOUBLE) AS n_ones,
        CAST(sum(zeros) AS DOUBLE) AS n_zeros,
        CAST(sum(CAST(ones AS DECIMAL(20,0)) * CAST(2 * zeros_so_far - zeros AS DECIMAL(18,0))) AS DOUBLE) AS twice_u
    FROM passed
    GROUP BY split, code, basis
),

distance AS (
    SELECT
        passed.split,
        passed.code,
        passed.basis,
        max(abs(CAST(passed.ones_so_far AS DOUBLE) / summed.n_ones - CAST(passed.zeros_so_far AS DOUBLE) / summed.n_zeros)) AS ks
    FROM passed
    JOIN summed ON summed.split = passed.split AND summed.code = passed.code AND summed.basis = passed.basis
    WHERE summed.n_ones > 0
      AND summed.n_zeros > 0
    GROUP BY passed.split, passed.code, passed.basis
)

SELECT
    summed.split,
    summed.code,
    summed.basis,
    CASE WHEN summed.n_ones > 0 AND summed.n_zeros > 0 THEN summed.twice_u / 2 / (summed.n_ones * summed.n_zeros) END AS auc,
    distance.ks
FROM summed
LEFT JOIN distance ON distance.split = summed.split AND distance.code = summed.code AND distance.basis = summed.basis
