-- name: panel_score
-- title: How well scores rank the panel | 评分区分能力（AUC、KS）
-- kind: base
-- source: AUC = U / (n1 n0), ties one half (Mann and Whitney 1947; Hanley and McNeil 1982); KS = max |F1 - F0| (Smirnov 1948)
-- edges: Per split, code and basis with at least one flagged row that is labelled 1 or 0 and has a score: all labelled rows in the order of their score, the highest of the warnings that flag it. A row without a warning, or whose
--   warnings have no score, ranks below every score, all of them tied. NULL where no row is labelled 1 or none 0. Censored rows are left out, not weighted. The same as aggregates auc and ks over panel_label with a lowest
--   score where there is none, but only flagged rows are gone through.

WITH scored AS (
    SELECT
        split,
        code,
        is_mature,
        score,
        count(*) FILTER (WHERE label = '1') AS ones,
        count(*) FILTER (WHERE label = '0') AS zeros
    FROM panel_hit
    WHERE label IN ('0', '1')
      AND score IS NOT NULL
    GROUP BY split, code, is_mature, score
),

based AS (
    SELECT scored.split, scored.code, basis.basis, scored.score, sum(scored.ones) AS ones, sum(scored.zeros) AS zeros
    FROM (
        SELECT 'panel' AS basis, TRUE AS is_mature UNION ALL
        SELECT 'panel' AS basis, FALSE AS is_mature UNION ALL
        SELECT 'panel_mature' AS basis, TRUE AS is_mature
    ) AS basis
    JOIN scored ON scored.is_mature = basis.is_mature
    GROUP BY scored.split, scored.code, basis.basis, scored.score
),

passed AS (
    SELECT
        based.split,
        based.code,
        based.basis,
        based.ones,
        based.zeros,
        sum(based.ones) OVER upward AS ones_so_far,
        sum(based.zeros) OVER upward AS zeros_so_far,
        panel_replicate.n_tp + panel_replicate.n_fn AS n_ones,
        panel_replicate.n_fp + panel_replicate.n_tn AS n_zeros,
        panel_replicate.n_tp + panel_replicate.n_fn - sum(based.ones) OVER every AS lowest_ones,
        panel_replicate.n_fp + panel_replicate.n_tn - sum(based.zeros) OVER every AS lowest_zeros
    FROM based
    JOIN panel_replicate
      ON panel_replicate.split = based.split
     AND panel_replicate.code = based.code
     AND panel_replicate.basis = based.basis
    WHERE panel_replicate.replicate = 0
    WINDOW
        upward AS (PARTITION BY based.split, based.code, based.basis ORDER BY based.score ROWS UNBOUNDED PRECEDING),
        every AS (PARTITION BY based.split, based.code, based.basis)
),

summed AS (
    -- Twice U is a whole number. The lowest rank is that of the rows without a score.
    SELECT
        split,
        code,
        basis,
        CAST(nullif(max(n_ones), 0) AS DOUBLE) AS n_ones,
        CAST(nullif(max(n_zeros), 0) AS DOUBLE) AS n_zeros,
        CAST(max(lowest_ones) AS DECIMAL(20,0)) * CAST(max(lowest_zeros) AS DECIMAL(18,0))
            + sum(CAST(ones AS DECIMAL(20,0)) * CAST(2 * (lowest_zeros + zeros_so_far) - zeros AS DECIMAL(18,0))) AS twice_u,
        CAST(max(lowest_ones) AS DOUBLE) AS lowest_ones,
        CAST(max(lowest_zeros) AS DOUBLE) AS lowest_zeros,
        max(abs(
            CAST(lowest_ones + ones_so_far AS DOUBLE) / CAST(nullif(n_ones, 0) AS DOUBLE)
            - CAST(lowest_zeros + zeros_so_far AS DOUBLE) / CAST(nullif(n_zeros, 0) AS DOUBLE)
        )) AS largest
    FROM passed
    GROUP BY split, code, basis
)

SELECT
    split,
    code,
    basis,
    CAST(twice_u AS DOUBLE) / 2 / (n_ones * n_zeros) AS auc,
    greatest(largest, abs(lowest_ones / n_ones - lowest_zeros / n_zeros)) AS ks
FROM summed
