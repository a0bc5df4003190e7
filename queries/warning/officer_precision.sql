-- name: officer_precision
-- title: Warning precision of officers, drawn towards their peers | 客户经理预警准确率（收缩）
-- kind: base
-- params: warning_min_n INT
-- source: Kleinman (1973), proportions with extraneous variance, method of moments
-- edges: Officers with n = TP + LATE + FP above 0, UNASSIGNED is none; basis outcome_dated and mature_cohort. Peers are the officers of the same peer group, as in beta_prior; those without one form one group. With six of them or more: p = sum k / sum n, S = sum n (k/n - p)^2,
--   rho = (S - p(1-p)(N-1)) / (p(1-p)(sum n - sum n^2 / sum n - (N-1))); rho <= 0: everybody gets p; else strength M = max(1/rho - 1, 1), shrunk = (k + pM) / (n + M). With fewer officers, rho >= 1, or p of 0
--   or 1: (k + 2) / (n + 5). rank: 1 is the best shrunk value among the peers with n of warning_min_n or more, ties share the smaller rank; the others have none.

WITH judged AS (
    SELECT
        alert_count.code,
        alert_count.basis,
        coalesce(officer.peer_group, '') AS peer_group,
        CAST(alert_count.n_tp AS DOUBLE) AS k,
        CAST(alert_count.n_tp + alert_count.n_late + alert_count.n_fp AS DOUBLE) AS n,
        alert_count.n_tp AS exact_k,
        alert_count.n_tp + alert_count.n_late + alert_count.n_fp AS exact_n
    FROM alert_count
    LEFT JOIN officer ON officer.officer_id = alert_count.code
    WHERE alert_count.split = 'officer'
      AND alert_count.basis IN ('outcome_dated', 'mature_cohort')
      AND alert_count.code <> 'UNASSIGNED'
      AND alert_count.n_tp + alert_count.n_late + alert_count.n_fp > 0
),

pooled AS (
    SELECT
        basis,
        peer_group,
        CAST(count(*) AS DOUBLE) AS peers,
        -- Summed as decimals, so that the order of the officers cannot change the last digit.
        CAST(sum(exact_k) AS DOUBLE) / CAST(sum(exact_n) AS DOUBLE) AS p,
        CAST(sum(exact_n) AS DOUBLE) AS total,
        CAST(sum(CAST(n * n AS DECIMAL(38,12))) AS DOUBLE) AS squares,
        CAST(sum(CAST(k * k / n AS DECIMAL(38,12))) AS DOUBLE) AS weighted_square
    FROM judged
    GROUP BY basis, peer_group
),

moment AS (
    SELECT
        basis,
        peer_group,
        peers,
        p,
        p * (1 - p) * (total - squares / total - (peers - 1)) AS scale,
        weighted_square - p * p * total - p * (1 - p) * (peers - 1) AS excess
    FROM pooled
),

prior AS (
    SELECT basis, peer_group, p, CASE WHEN peers >= 6 AND p > 0 AND p < 1 AND scale > 0 THEN excess / scale END AS rho
    FROM moment
),

shrunk AS (
    SELECT
        judged.code,
        judged.basis,
        judged.peer_group,
        judged.n,
        CASE
            WHEN prior.rho <= 0 THEN prior.p
            WHEN prior.rho < 1 THEN (judged.k + prior.p * greatest(1 / prior.rho - 1, 1)) / (judged.n + greatest(1 / prior.rho - 1, 1))
            ELSE (judged.k + 2) / (judged.n + 5)
        END AS value
    FROM judged
    JOIN prior ON prior.basis = judged.basis AND prior.peer_group = judged.peer_group
),

ranked AS (
    SELECT code, basis, rank() OVER (PARTITION BY basis, peer_group ORDER BY value DESC) AS place
    FROM shrunk
    WHERE round(n, 9) >= CAST($warning_min_n AS INT)
)

SELECT shrunk.code, shrunk.basis, shrunk.n, shrunk.value, CAST(ranked.place AS BIGINT) AS place
FROM shrunk
LEFT JOIN ranked ON ranked.code = shrunk.code AND ranked.basis = shrunk.basis
