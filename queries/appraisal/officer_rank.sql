-- name: officer_rank
-- title: Rank, percentile and final grade | 排名、百分位与最终等级
-- kind: base
-- needs: scheme
-- keep: yes
-- source: competition ranking inside the peer group; forced distribution (强制分布) with ties at a border in the better grade
-- edges: Rated officers only; officers who are not rated count for nobody. rank = 1 + officers of the group with a strictly higher rounded total. percentile = (officers below + half of those with the same total, the officer included) / N.
--   With a [distribution] and at least 20 officers in the group a grade goes to the ranks up to floor(N x share that holds it or a better one), so that officers with one total have one grade, the better one;
--   a cap_grade holds in any case. Smaller groups are graded by their totals.

WITH rated AS (
    SELECT
        officer_total.officer_id,
        coalesce(officer_peer.peer_group, '') AS peer_group,
        officer_total.total_score,
        officer_total.grade_ordinal,
        officer_total.cap_grade
    FROM officer_total
    LEFT JOIN officer_peer ON officer_peer.officer_id = officer_total.officer_id
    WHERE officer_total.not_rated IS NULL
),

ranked AS (
    SELECT
        officer_id,
        peer_group,
        grade_ordinal,
        cap_grade,
        rank() OVER (PARTITION BY peer_group ORDER BY total_score DESC) AS rank,
        rank() OVER (PARTITION BY peer_group ORDER BY total_score) - 1 AS n_below,
        count(*) OVER (PARTITION BY peer_group, total_score) AS n_equal,
        count(*) OVER (PARTITION BY peer_group) AS n_peers
    FROM rated
),

quota AS (
    SELECT
        ranked.officer_id,
        min(scheme_grade.ordinal) AS ordinal
    FROM ranked
    CROSS JOIN scheme_grade
    WHERE ranked.n_peers >= 20
      AND ranked.rank <= floor(CAST(CAST(ranked.n_peers * scheme_grade.reached_share AS DECIMAL(38,9)) AS DOUBLE))
    GROUP BY ranked.officer_id
)

SELECT
    ranked.officer_id,
    ranked.peer_group,
    CAST(ranked.rank AS BIGINT) AS rank,
    (ranked.n_below + CAST(0.5 AS DOUBLE) * ranked.n_equal) / ranked.n_peers AS percentile,
    CAST(ranked.n_peers AS BIGINT) AS n_peers,
    CASE
        WHEN quota.ordinal IS NULL THEN ranked.grade_ordinal
        ELSE greatest(quota.ordinal, coalesce(ranked.cap_grade, 0))
    END AS grade_ordinal
FROM ranked
LEFT JOIN quota ON quota.officer_id = ranked.officer_id
