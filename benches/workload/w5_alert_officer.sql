SELECT
    officer_id,
    n AS n_alert,
    timely AS tp,
    late,
    wrong AS fp,
    CASE WHEN timely + late + wrong > 0 THEN timely / (timely + late + wrong) END AS precision_useful
FROM held
WHERE subject = 'alert'
