CASE
    WHEN status = 'PAID_OFF' THEN 8
    WHEN status = 'WRITTEN_OFF' THEN 9
    WHEN days_past_due <= 0 THEN 0
    WHEN days_past_due <= 30 THEN 1
    WHEN days_past_due <= 60 THEN 2
    WHEN days_past_due <= 90 THEN 3
    WHEN days_past_due <= 180 THEN 4
    WHEN days_past_due <= 270 THEN 5
    WHEN days_past_due <= 360 THEN 6
    ELSE 7
END AS state
