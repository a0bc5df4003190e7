-- From one month-end to the next: states 0 to 7 by days past due, 8 paid off, 9 written off.
WITH opening AS (
    SELECT
        loan_id,
        principal_balance,
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
    FROM month_{A}
),

closing AS (
    SELECT
        loan_id,
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
    FROM month_{B}
)

SELECT opening.state AS from_state, closing.state AS to_state, count(*) AS n, sum(opening.principal_balance) AS amount
FROM opening
JOIN closing ON closing.loan_id = opening.loan_id
WHERE opening.state < 8
GROUP BY opening.state, closing.state
