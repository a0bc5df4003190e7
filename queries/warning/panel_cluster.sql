-- name: panel_cluster
-- title: Clusters that are drawn in the bootstrap | 自助法抽样单元
-- kind: base
-- keep: yes
-- params: cutoff DATE, bootstrap_seed INT
-- source: Cameron, Gelbach and Miller (2008), cluster bootstrap; random groups where there are many clusters (Wolter 2007)
-- edges: One row per subject of risk_spell that is at risk on any day from the first month of warning_scope to the cutoff, with its cluster. A subject's month-ends overlap, so subjects are drawn and not rows. Up to 1000 subjects each is a cluster of its own; more are dealt at random, by a hash of
--   their place in the order of their ids and bootstrap_seed, into 1000 clusters.

WITH subject AS (
    SELECT subject_id, row_number() OVER (ORDER BY subject_id) AS place, count(*) OVER () AS n
    FROM (
        SELECT DISTINCT risk_spell.subject_id
        FROM warning_scope
        CROSS JOIN risk_spell
        WHERE risk_spell.from_day <= $cutoff
          AND risk_spell.to_day > CAST(date_trunc('month', warning_scope.first_day) AS DATE)
    ) AS seen
),

mixed AS (
    SELECT subject_id, place, n, (place * 2654435761 + CAST($bootstrap_seed AS INT) * 3266489917) & 4294967295 AS h
    FROM subject
),

mixed_twice AS (
    SELECT subject_id, place, n, ((h ^ (h >> 16)) * 73244475) & 4294967295 AS h
    FROM mixed
),

mixed_again AS (
    SELECT subject_id, place, n, ((h ^ (h >> 16)) * 73244475) & 4294967295 AS h
    FROM mixed_twice
)

SELECT subject_id, CASE WHEN n <= 1000 THEN CAST(place AS BIGINT) ELSE (h ^ (h >> 16)) % 1000 + 1 END AS cluster_no
FROM mixed_again
