-- Whether an episode can be judged does not depend on the kind of warning; what was seen of it does.
WITH total AS (
    SELECT
        sum(CASE WHEN excluded IS NULL THEN 1 ELSE 0 END) AS judged,
        sum(CASE WHEN excluded = 'LEFT_TRUNCATED' THEN 1 ELSE 0 END) AS left_truncated,
        sum(CASE WHEN excluded = 'TOO_NEW' THEN 1 ELSE 0 END) AS too_new,
        sum(CASE WHEN excluded IS NULL THEN ead ELSE 0 END) AS ead_all
    FROM placed
),

counted AS (
    SELECT
        sig,
        sum(CASE WHEN detection = 'DETECTED' THEN 1 ELSE 0 END) AS detected,
        sum(CASE WHEN detection = 'LATE' THEN 1 ELSE 0 END) AS late,
        sum(CASE WHEN detection = 'DETECTED' THEN ead ELSE 0 END) AS ead_detected,
        avg(lead_days) AS lead_mean
    FROM seen
    GROUP BY sig
),

-- Quantiles between the two nearest leads in order.
ranked AS (
    SELECT
        sig,
        lead_days,
        CAST(row_number() OVER (PARTITION BY sig ORDER BY lead_days) AS DOUBLE) - 1 AS place,
        CAST(count(*) OVER (PARTITION BY sig) AS DOUBLE) - 1 AS last_place
    FROM seen
    WHERE lead_days IS NOT NULL
),

quantile AS (
    SELECT
        sig,
        sum(lead_days * greatest(0, 1 - abs(place - 0.25 * last_place))) AS lead_p25,
        sum(lead_days * greatest(0, 1 - abs(place - 0.5 * last_place))) AS lead_p50,
        sum(lead_days * greatest(0, 1 - abs(place - 0.75 * last_place))) AS lead_p75
    FROM ranked
    GROUP BY sig
),

by_kind AS (
    SELECT
        kind.sig,
        coalesce(counted.detected, 0) AS detected,
        coalesce(counted.late, 0) AS late,
        total.judged,
        total.left_truncated,
        total.too_new,
        coalesce(counted.ead_detected, 0) AS ead_detected,
        total.ead_all,
        counted.lead_mean,
        quantile.lead_p25,
        quantile.lead_p50,
        quantile.lead_p75
    FROM (SELECT DISTINCT sig FROM session) AS kind
    CROSS JOIN total
    LEFT JOIN counted ON counted.sig = kind.sig
    LEFT JOIN quantile ON quantile.sig = kind.sig
)

SELECT
    sig,
    detected,
    late,
    judged - detected - late AS missed,
    left_truncated,
    too_new,
    ead_detected,
    ead_all,
    lead_mean,
    lead_p25,
    lead_p50,
    lead_p75,
    CAST(detected AS DOUBLE) / CAST(nullif(judged, 0) AS DOUBLE) AS recall,
    CASE WHEN ead_all > 0 THEN ead_detected / ead_all END AS recall_amount
FROM by_kind
