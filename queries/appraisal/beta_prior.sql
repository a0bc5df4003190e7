-- name: beta_prior
-- title: Prior of indicators that are shrunk towards the peers | 贝塔收缩先验
-- kind: base
-- source: Kleinman (1973), proportions with extraneous variance, method of moments
-- edges: One row per indicator with shrink = { beta } in the scheme and peer group with an officer that has cases; peers are the officers of the group with n > 0,
--   UNASSIGNED is none; officers without a peer group form one. With min_peers of them or more: p = sum k / sum n, S = sum n (k/n - p)^2,
--   rho = (S - p(1-p)(N-1)) / (p(1-p)(sum n - sum n^2 / sum n - (N-1))). rho <= 0 means that the peers do not differ: prior_mean is p and
--   everybody gets it (strength is empty). Else strength M = max(1/rho - 1, floor), alpha = pM, beta = (1-p)M. With fewer peers, rho >= 1, an
--   undefined rho, or p of 0 or 1, the prior of the scheme.

WITH peer AS (
    SELECT
        indicator_sum.indicator_id,
        coalesce(officer.peer_group, '') AS peer_group,
        indicator_sum.numerator AS k,
        indicator_sum.denominator AS n
    FROM indicator_sum
    JOIN scheme_indicator ON scheme_indicator.indicator_id = indicator_sum.indicator_id
    LEFT JOIN officer ON officer.officer_id = indicator_sum.code
    WHERE indicator_sum.grain = 'officer'
      AND indicator_sum.code <> 'UNASSIGNED'
      AND indicator_sum.denominator > 0
      AND scheme_indicator.prior_alpha IS NOT NULL
),

pooled AS (
    SELECT
        indicator_id,
        peer_group,
        CAST(count(*) AS DOUBLE) AS peers,
        -- Summed as decimals, so that the order of the peers cannot change the last digit.
        CAST(sum(k) AS DOUBLE) / CAST(sum(n) AS DOUBLE) AS p,
        CAST(sum(n) AS DOUBLE) AS total,
        CAST(sum(CAST(CAST(n AS DOUBLE) * CAST(n AS DOUBLE) AS DECIMAL(38,12))) AS DOUBLE) AS squares,
        CAST(sum(CAST(CAST(k AS DOUBLE) * CAST(k AS DOUBLE) / CAST(n AS DOUBLE) AS DECIMAL(38,12))) AS DOUBLE) AS weighted_square
    FROM peer
    GROUP BY indicator_id, peer_group
),

spread AS (
    -- sum n (k/n - p)^2 = sum k^2/n - p^2 sum n.
    SELECT
        pooled.indicator_id,
        pooled.peer_group,
        pooled.peers,
        pooled.p,
        scheme_indicator.prior_alpha,
        scheme_indicator.prior_beta,
        scheme_indicator.prior_floor,
        pooled.peers >= scheme_indicator.min_peers AS has_peers,
        pooled.p * (1 - pooled.p) * (pooled.total - pooled.squares / pooled.total - (pooled.peers - 1)) AS scale,
        pooled.weighted_square - pooled.p * pooled.p * pooled.total - pooled.p * (1 - pooled.p) * (pooled.peers - 1) AS excess
    FROM pooled
    JOIN scheme_indicator ON scheme_indicator.indicator_id = pooled.indicator_id
),

judged AS (
    SELECT
        indicator_id,
        peer_group,
        p,
        prior_alpha,
        prior_beta,
        prior_floor,
        CASE WHEN has_peers AND p > 0 AND p < 1 AND scale > 0 THEN excess / scale END AS rho
    FROM spread
)

SELECT
    indicator_id,
    peer_group,
    rho,
    CASE WHEN rho <= 0 THEN p END AS prior_mean,
    CASE
        WHEN rho > 0 AND rho < 1 THEN p * greatest(1 / rho - 1, prior_floor)
        WHEN rho IS NULL OR rho >= 1 THEN prior_alpha
    END AS alpha,
    CASE
        WHEN rho > 0 AND rho < 1 THEN (1 - p) * greatest(1 / rho - 1, prior_floor)
        WHEN rho IS NULL OR rho >= 1 THEN prior_beta
    END AS beta
FROM judged
