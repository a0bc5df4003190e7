-- name: panel_replicate
-- title: Panel counts and their bootstrap replicates | 面板计数及自助法重复
-- kind: base
-- keep: yes
-- params: bootstrap_seed INT, bootstrap_replicates INT
-- source: Poisson bootstrap (Hanley and MacGibbon 2006): the weight of a cluster in a replicate is Poisson with mean 1
-- edges: Per split, code, basis and replicate the weighted counts of panel_cell. Replicate 0 has weight 1 for all: it is the panel itself. Weights of replicates 1 to bootstrap_replicates follow from an integer hash of
--   cluster, replicate and bootstrap_seed, so the same data and seed give the same intervals; all codes share them. Cluster 0 has no other replicate than 0. A weight is at most 7 (one above that has a chance of one in 980,000).

WITH drawn AS (
    SELECT
        cluster.cluster_no,
        counter.value AS replicate,
        (cluster.cluster_no * 2654435761 + counter.value * 2246822519 + CAST($bootstrap_seed AS INT) * 3266489917) & 4294967295 AS h
    FROM (SELECT DISTINCT cluster_no FROM panel_cell) AS cluster
    CROSS JOIN generate_series(0, 10000) AS counter
    WHERE counter.value <= CASE WHEN cluster.cluster_no = 0 THEN 0 ELSE CAST($bootstrap_replicates AS INT) END
),

mixed AS (
    SELECT cluster_no, replicate, ((h ^ (h >> 16)) * 73244475) & 4294967295 AS h FROM drawn
),

mixed_twice AS (
    SELECT cluster_no, replicate, ((h ^ (h >> 16)) * 73244475) & 4294967295 AS h FROM mixed
),

mixed_again AS (
    SELECT cluster_no, replicate, ((h ^ (h >> 16)) * 73244475) & 4294967295 AS h FROM mixed_twice
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

numbered AS (
    -- Numbers are summed over twice as fast as names.
    SELECT split, code, basis, row_number() OVER (ORDER BY split, code, basis) AS place
    FROM (SELECT DISTINCT split, code, basis FROM panel_cell) AS named
),

cell AS (
    SELECT numbered.place, panel_cell.cluster_no, panel_cell.n_tp, panel_cell.n_fp, panel_cell.n_positive - panel_cell.n_tp AS n_fn, panel_cell.n_negative - panel_cell.n_fp AS n_tn
    FROM panel_cell
    JOIN numbered ON numbered.split = panel_cell.split AND numbered.code = panel_cell.code AND numbered.basis = panel_cell.basis
),

summed AS (
    SELECT
        cell.place,
        weight.replicate,
        sum(weight.weight * cell.n_tp) AS n_tp,
        sum(weight.weight * cell.n_fp) AS n_fp,
        sum(weight.weight * cell.n_fn) AS n_fn,
        sum(weight.weight * cell.n_tn) AS n_tn
    FROM cell
    JOIN weight ON weight.cluster_no = cell.cluster_no
    GROUP BY cell.place, weight.replicate
)

SELECT numbered.split, numbered.code, numbered.basis, summed.replicate, summed.n_tp, summed.n_fp, summed.n_fn, summed.n_tn
FROM summed
JOIN numbered ON numbered.place = summed.place
