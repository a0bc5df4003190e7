-- name: panel_replicate
-- title: Panel counts and their bootstrap replicates | 面板计数及自助法重复
-- kind: base
-- keep: yes
-- params: bootstrap_seed INT, bootstrap_replicates INT
-- source: Poisson bootstrap (Hanley and MacGibbon 2006): the weight of a cluster in a replicate is Poisson with mean 1
-- edges: Per kind, basis (panel: every labelled row; panel_mature: only month-ends with horizon_days until the cutoff) and replicate the weighted counts of the cells. Replicate 0 has weight 1 for all: it is the panel itself. Weights
--   of replicates 1 to bootstrap_replicates follow from an integer hash of cluster, replicate and bootstrap_seed, so the same data and seed give the same intervals; all kinds share them.

WITH based AS (
    SELECT 'panel' AS basis, TRUE AS is_mature UNION ALL
    SELECT 'panel' AS basis, FALSE AS is_mature UNION ALL
    SELECT 'panel_mature' AS basis, TRUE AS is_mature
),

total AS (
    SELECT
        based.basis,
        panel_cluster.cluster_no,
        count(*) FILTER (WHERE panel_label.label = '1') AS n_positive,
        count(*) FILTER (WHERE panel_label.label = '0') AS n_negative
    FROM panel_label
    JOIN panel_cluster ON panel_cluster.subject_id = panel_label.subject_id
    JOIN based ON based.is_mature = panel_label.is_mature
    WHERE panel_label.label IN ('0', '1')
    GROUP BY based.basis, panel_cluster.cluster_no
),

flagged AS (
    SELECT
        panel_flag.split,
        panel_flag.code,
        based.basis,
        panel_cluster.cluster_no,
        count(*) FILTER (WHERE panel_flag.label = '1') AS n_tp,
        count(*) FILTER (WHERE panel_flag.label = '0') AS n_fp
    FROM panel_flag
    JOIN panel_cluster ON panel_cluster.subject_id = panel_flag.subject_id
    JOIN based ON based.is_mature = panel_flag.is_mature
    WHERE panel_flag.label IN ('0', '1')
    GROUP BY panel_flag.split, panel_flag.code, based.basis, panel_cluster.cluster_no
),

drawn AS (
    SELECT
        cluster.cluster_no,
        counter.value AS replicate,
        (cluster.cluster_no * 2654435761 + counter.value * 2246822519 + CAST($bootstrap_seed AS INT) * 3266489917) % 4294967296 AS h
    FROM (SELECT DISTINCT cluster_no FROM total) AS cluster
    CROSS JOIN generate_series(0, 10000) AS counter
    WHERE counter.value <= CAST($bootstrap_replicates AS INT)
),

mixed AS (
    SELECT cluster_no, replicate, (h ^ (h >> 16)) * 73244475 % 4294967296 AS h FROM drawn
),

mixed_again AS (
    SELECT cluster_no, replicate, (h ^ (h >> 16)) * 73244475 % 4294967296 AS h FROM mixed
),

weight AS (
    -- The distribution function of Poisson(1), times 2^32.
    SELECT
        cluster_no,
        replicate,
        CASE
            WHEN replicate = 0 THEN 1
            WHEN (h ^ (h >> 16)) < 1580030169 THEN 0
            WHEN (h ^ (h >> 16)) < 3160060338 THEN 1
            WHEN (h ^ (h >> 16)) < 3950075422 THEN 2
            WHEN (h ^ (h >> 16)) < 4213413784 THEN 3
            WHEN (h ^ (h >> 16)) < 4279248374 THEN 4
            WHEN (h ^ (h >> 16)) < 4292415292 THEN 5
            WHEN (h ^ (h >> 16)) < 4294609778 THEN 6
            ELSE 7
        END AS weight
    FROM mixed_again
),

total_drawn AS (
    SELECT
        total.basis,
        weight.replicate,
        sum(weight.weight * total.n_positive) AS n_positive,
        sum(weight.weight * total.n_negative) AS n_negative
    FROM total
    JOIN weight ON weight.cluster_no = total.cluster_no
    GROUP BY total.basis, weight.replicate
),

flagged_drawn AS (
    SELECT
        flagged.split,
        flagged.code,
        flagged.basis,
        weight.replicate,
        sum(weight.weight * flagged.n_tp) AS n_tp,
        sum(weight.weight * flagged.n_fp) AS n_fp
    FROM flagged
    JOIN weight ON weight.cluster_no = flagged.cluster_no
    GROUP BY flagged.split, flagged.code, flagged.basis, weight.replicate
)

SELECT
    warning_kind.split,
    warning_kind.code,
    total_drawn.basis,
    total_drawn.replicate,
    coalesce(flagged_drawn.n_tp, 0) AS n_tp,
    coalesce(flagged_drawn.n_fp, 0) AS n_fp,
    total_drawn.n_positive - coalesce(flagged_drawn.n_tp, 0) AS n_fn,
    total_drawn.n_negative - coalesce(flagged_drawn.n_fp, 0) AS n_tn
FROM warning_kind
CROSS JOIN total_drawn
LEFT JOIN flagged_drawn
  ON flagged_drawn.split = warning_kind.split
 AND flagged_drawn.code = warning_kind.code
 AND flagged_drawn.basis = total_drawn.basis
 AND flagged_drawn.replicate = total_drawn.replicate
