SELECT
    officer_id,
    timely AS detected,
    late,
    wrong AS missed,
    lead_w,
    CASE WHEN timely + late + wrong > 0 THEN timely / (timely + late + wrong) END AS recall,
    CASE WHEN timely > 0 THEN lead_w / timely END AS lead_mean
FROM held
WHERE subject = 'episode'
