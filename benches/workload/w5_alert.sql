WITH counted AS (
    SELECT
        sig,
        count(*) AS n_alert,
        sum(CASE WHEN outcome = 'TP' THEN 1 ELSE 0 END) AS tp,
        sum(CASE WHEN outcome = 'LATE' THEN 1 ELSE 0 END) AS late,
        sum(CASE WHEN outcome = 'FP' THEN 1 ELSE 0 END) AS fp,
        sum(CASE WHEN outcome = 'PENDING' THEN 1 ELSE 0 END) AS pending,
        sum(CASE WHEN outcome = 'TP' AND is_mature THEN 1 ELSE 0 END) AS mature_tp,
        sum(CASE WHEN is_mature THEN 1 ELSE 0 END) AS mature_n
    FROM outcome
    GROUP BY sig
)

SELECT
    sig,
    n_alert,
    tp,
    late,
    fp,
    pending,
    mature_tp,
    mature_n,
    CAST(tp AS DOUBLE) / CAST(nullif(tp + late + fp, 0) AS DOUBLE) AS precision_useful,
    CAST(tp + late AS DOUBLE) / CAST(nullif(tp + late + fp, 0) AS DOUBLE) AS precision_any,
    CAST(mature_tp AS DOUBLE) / CAST(nullif(mature_n, 0) AS DOUBLE) AS precision_mature
FROM counted
