WITH counted AS (
    SELECT
        sig,
        sum(CASE WHEN detection = 'DETECTED' THEN 1 ELSE 0 END) AS detected,
        sum(CASE WHEN detection = 'LATE' THEN 1 ELSE 0 END) AS late,
        sum(CASE WHEN detection = 'MISSED' THEN 1 ELSE 0 END) AS missed,
        sum(CASE WHEN detection = 'LEFT_TRUNCATED' THEN 1 ELSE 0 END) AS left_truncated,
        sum(CASE WHEN detection = 'TOO_NEW' THEN 1 ELSE 0 END) AS too_new,
        sum(CASE WHEN detection = 'DETECTED' THEN ead ELSE 0 END) AS ead_detected,
        sum(CASE WHEN detection IN ('DETECTED', 'LATE', 'MISSED') THEN ead ELSE 0 END) AS ead_all,
        avg(lead_days) AS lead_mean,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY lead_days) AS lead_p25,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lead_days) AS lead_p50,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY lead_days) AS lead_p75
    FROM detection
    GROUP BY sig
)

SELECT
    sig,
    detected,
    late,
    missed,
    left_truncated,
    too_new,
    ead_detected,
    ead_all,
    lead_mean,
    lead_p25,
    lead_p50,
    lead_p75,
    CAST(detected AS DOUBLE) / CAST(nullif(detected + late + missed, 0) AS DOUBLE) AS recall,
    CASE WHEN ead_all > 0 THEN ead_detected / ead_all END AS recall_amount
FROM counted
