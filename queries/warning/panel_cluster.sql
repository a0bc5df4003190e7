-- name: panel_cluster
-- title: Clusters that are drawn in the bootstrap | 自助法抽样单元
-- kind: base
-- keep: yes
-- params: bootstrap_seed INT
-- source: Cameron, Gelbach and Miller (2008), cluster bootstrap; random groups where there are many clusters (Wolter 2007)
-- edges: One row per subject of panel_label with its cluster. A subject's month-ends overlap, so subjects are drawn and not rows. Up to 2000 subjects each is a cluster of its own; more are dealt at random, by a hash of
--   their place in the order of their ids and bootstrap_seed, into 2000 clusters.

WITH subject AS (
    SELECT subject_id, row_number() OVER (ORDER BY subject_id) AS place, count(*) OVER () AS n
    FROM (SELECT DISTINCT subject_id FROM panel_label) AS label
),

mixed AS (
    SELECT subject_id, place, n, (place * 2654435761 + CAST($bootstrap_seed AS INT) * 3266489917) % 4294967296 AS h
    FROM subject
),

mixed_twice AS (
    SELECT subject_id, place, n, (h ^ (h >> 16)) * 73244475 % 4294967296 AS h
    FROM mixed
),

mixed_again AS (
    SELECT subject_id, place, n, (h ^ (h >> 16)) * 73244475 % 4294967296 AS h
    FROM mixed_twice
)

SELECT subject_id, CASE WHEN n <= 2000 THEN place ELSE (h ^ (h >> 16)) % 2000 + 1 END AS cluster_no
FROM mixed_again
