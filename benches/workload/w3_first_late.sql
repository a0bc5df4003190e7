SELECT
    loan_id,
    min(CAST(date_part('year', snapshot_date) AS INT) * 12 + CAST(date_part('month', snapshot_date) AS INT) - 1) AS month
FROM late
GROUP BY loan_id
