-- Episodes with their first snapshot, the day of default and the month-end before that snapshot.
WITH spell AS (
    SELECT loan_id, episode_no, min(snapshot_date) AS first_date, max(snapshot_date) AS end_date
    FROM late
    GROUP BY loan_id, episode_no
)

SELECT
    spell.loan_id,
    spell.episode_no,
    spell.first_date,
    spell.end_date,
    late.principal_balance AS first_balance,
    spell.first_date - CAST(late.days_past_due - 91 AS INT) AS default_date,
    spell.first_date - CAST(date_part('day', spell.first_date) AS INT) AS previous_month_end
FROM spell
JOIN late
  ON late.loan_id = spell.loan_id
 AND late.snapshot_date = spell.first_date
