-- Snapshots over 90 days past due, numbered by episode: a gap of more than 270 days begins a new one.
WITH late AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        principal_balance,
        lag(snapshot_date) OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS previous_date
    FROM loan_snapshot
    WHERE days_past_due > 90
      AND snapshot_date >= DATE '{LATE_FROM}'
)

SELECT
    loan_id,
    snapshot_date,
    days_past_due,
    principal_balance,
    sum(CASE WHEN previous_date IS NULL OR snapshot_date - previous_date > 270 THEN 1 ELSE 0 END)
        OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS episode_no
FROM late
