-- name: warning_lead_time
-- title: How long before the default warnings came | 预警提前期分布
-- kind: warning
-- grain: split, code
-- needs: warning
-- source: lead time = default less the first warning of the window; linear interpolation (Hyndman and Fan 1996, type 7)
-- edges: Defaults that were DETECTED, by the splits of event_cell; a default counts once in each code, whatever its weight there. Quantile q of n values lies at place 1 + q (n - 1) of the ascending lead days, between two
--   places in proportion. A code with defaults and none detected has n = 0 and no quantiles.

WITH ordered AS (
    SELECT
        split,
        code,
        CAST(lead_days AS DOUBLE) AS lead_days,
        row_number() OVER (PARTITION BY split, code ORDER BY lead_days, loan_id, default_date) AS place,
        count(*) OVER (PARTITION BY split, code) AS n
    FROM event_cell
    WHERE detection = 'DETECTED'
      AND split <> 'signal'
),

quantile AS (
    SELECT 0.10 AS q UNION ALL SELECT 0.25 AS q UNION ALL SELECT 0.50 AS q UNION ALL SELECT 0.75 AS q UNION ALL SELECT 0.90 AS q
),

target AS (
    SELECT ordered.split, ordered.code, quantile.q, 1 + CAST(quantile.q AS DOUBLE) * CAST(max(ordered.n) - 1 AS DOUBLE) AS place
    FROM ordered
    CROSS JOIN quantile
    GROUP BY ordered.split, ordered.code, quantile.q
),

found AS (
    SELECT
        target.split,
        target.code,
        target.q,
        min(CASE WHEN ordered.place = CAST(floor(target.place) AS BIGINT) THEN ordered.lead_days END) AS below,
        min(CASE WHEN ordered.place = CAST(ceil(target.place) AS BIGINT) THEN ordered.lead_days END) AS above,
        max(target.place - floor(target.place)) AS fraction
    FROM target
    JOIN ordered
      ON ordered.split = target.split
     AND ordered.code = target.code
    WHERE ordered.place IN (CAST(floor(target.place) AS BIGINT), CAST(ceil(target.place) AS BIGINT))
    GROUP BY target.split, target.code, target.q
),

known AS (
    SELECT split, code, count(*) FILTER (WHERE detection = 'DETECTED') AS n, min(lead_days) AS least, max(lead_days) AS most
    FROM event_cell
    WHERE split <> 'signal'
    GROUP BY split, code
)

SELECT
    known.split,
    known.code,
    known.n,
    max(found.below + found.fraction * (found.above - found.below)) FILTER (WHERE found.q = 0.10) AS p10,
    max(found.below + found.fraction * (found.above - found.below)) FILTER (WHERE found.q = 0.25) AS p25,
    max(found.below + found.fraction * (found.above - found.below)) FILTER (WHERE found.q = 0.50) AS p50,
    max(found.below + found.fraction * (found.above - found.below)) FILTER (WHERE found.q = 0.75) AS p75,
    max(found.below + found.fraction * (found.above - found.below)) FILTER (WHERE found.q = 0.90) AS p90,
    CAST(known.least AS INT) AS min_days,
    CAST(known.most AS INT) AS max_days
FROM known
LEFT JOIN found ON found.split = known.split AND found.code = known.code
GROUP BY known.split, known.code, known.n, known.least, known.most
