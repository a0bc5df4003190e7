-- name: officer_precision
-- title: Warning precision of officers, drawn towards their peers | 客户经理预警准确率（收缩）
-- kind: base
-- params: warning_min_n INT
-- source: Kleinman (1973), proportions with extraneous variance, method of moments
-- edges: Officers with n = TP + LATE + FP above 0, UNASSIGNED is none; basis outcome_dated and mature_cohort. With six of them or more: p = sum k / sum n, S = sum n (k/n - p)^2,
--   rho = (S - p(1-p)(N-1)) / (p(1-p)(sum n - sum n^2 / sum n - (N-1))); rho <= 0: everybody gets p; else strength M = max(1/rho - 1, 1), shrunk = (k + pM) / (n + M). With fewer officers, rho >= 1, or p of 0
--   or 1: (k + 2) / (n + 5). rank: 1 is the best shrunk value among the officers of the basis with n of warning_min_n or more, ties share the smaller rank; the others have none.

WITH officer AS (
    SELECT
        code,
        basis,
        CAST(n_tp AS DOUBLE) AS k,
        CAST(n_tp + n_late + n_fp AS DOUBLE) AS n,
        n_tp AS exact_k,
        n_tp + n_late + n_fp AS exact_n
    FROM alert_count
    WHERE split = 'officer'
      AND basis IN ('outcome_dated', 'mature_cohort')
      AND code <> 'UNASSIGNED'
      AND n_tp + n_late + n_fp > 0
),

pooled AS (
    SELECT
        basis,
        CAST(count(*) AS DOUBLE) AS peers,
        -- Summed as decimals, so that the order of the officers cannot change the last digit.
        CAST(sum(exact_k) AS DOUBLE) / CAST(sum(exact_n) AS DOUBLE) AS p,
        CAST(sum(exact_n) AS DOUBLE) AS total,
        CAST(sum(CAST(n * n AS DECIMAL(38,12))) AS DOUBLE) AS squares,
        CAST(sum(CAST(k * k / n AS DECIMAL(38,12))) AS DOUBLE) AS weighted_square
    FROM officer
    GROUP BY basis
),

moment AS (
    SELECT
        basis,
        peers,
        p,
        p * (1 - p) * (total - squares / total - (peers - 1)) AS scale,
        weighted_square - p * p * total - p * (1 - p) * (peers - 1) AS excess
    FROM pooled
),

prior AS (
    SELECT basis, p, CASE WHEN peers >= 6 AND p > 0 AND p < 1 AND scale > 0 THEN excess / scale END AS rho
    FROM moment
),

shrunk AS (
    SELECT
        officer.code,
        officer.basis,
        officer.n,
        CASE
            WHEN prior.rho <= 0 THEN prior.p
            WHEN prior.rho < 1 THEN (officer.k + prior.p * greatest(1 / prior.rho - 1, 1)) / (officer.n + greatest(1 / prior.rho - 1, 1))
            ELSE (officer.k + 2) / (officer.n + 5)
        END AS value
    FROM officer
    JOIN prior ON prior.basis = officer.basis
),

ranked AS (
    SELECT code, basis, rank() OVER (PARTITION BY basis ORDER BY value DESC) AS place
    FROM shrunk
    WHERE n >= CAST($warning_min_n AS INT)
)

SELECT shrunk.code, shrunk.basis, shrunk.n, shrunk.value, CAST(ranked.place AS BIGINT) AS place
FROM shrunk
LEFT JOIN ranked ON ranked.code = shrunk.code AND ranked.basis = shrunk.basis
