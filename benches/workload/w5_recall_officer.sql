WITH held AS (
    SELECT
        assignment.officer_id,
        sum(CASE WHEN detection.detection = 'DETECTED' THEN assignment.share ELSE 0 END) AS detected,
        sum(CASE WHEN detection.detection = 'LATE' THEN assignment.share ELSE 0 END) AS late,
        sum(CASE WHEN detection.detection = 'MISSED' THEN assignment.share ELSE 0 END) AS missed,
        sum(CASE WHEN detection.detection = 'DETECTED' THEN assignment.share * detection.lead_days ELSE 0 END) AS lead_w
    FROM detection
    JOIN assignment
      ON assignment.loan_id = detection.loan_id
     AND assignment.valid_from <= detection.default_date
     AND assignment.valid_to > detection.default_date
    WHERE detection.sig = 'ALL'
    GROUP BY assignment.officer_id
)

SELECT
    officer_id,
    detected,
    late,
    missed,
    lead_w,
    CASE WHEN detected + late + missed > 0 THEN detected / (detected + late + missed) END AS recall,
    CASE WHEN detected > 0 THEN lead_w / detected END AS lead_mean
FROM held
