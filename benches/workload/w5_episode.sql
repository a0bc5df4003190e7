-- The exposure is the balance a month-end before. Days past due grow by no more than a month's days in a month, so that it
-- is at hand; the history is read again for a loan whose days have jumped, and only then.
WITH jumped AS (
    SELECT spell.episode_no, spell.loan_id, spell.previous_month_end
    FROM spell
    WHERE spell.default_date <> spell.first_date
      AND spell.previous_month_end >= DATE '{W_START}'
      AND NOT EXISTS (
          SELECT 1
          FROM snapshot
          WHERE snapshot.loan_id = spell.loan_id
            AND snapshot.snapshot_date = spell.previous_month_end
      )
),

fetched AS (
    SELECT jumped.episode_no, loan_snapshot.principal_balance
    FROM jumped
    JOIN loan_snapshot
      ON loan_snapshot.loan_id = jumped.loan_id
     AND loan_snapshot.snapshot_date = jumped.previous_month_end
)

SELECT
    spell.loan_id,
    spell.episode_no,
    spell.default_date,
    spell.end_date,
    CASE
        WHEN spell.default_date = spell.first_date THEN spell.first_balance
        ELSE coalesce(before.principal_balance, fetched.principal_balance, spell.first_balance)
    END AS ead
FROM spell
LEFT JOIN snapshot AS before
  ON before.loan_id = spell.loan_id
 AND before.snapshot_date = spell.previous_month_end
LEFT JOIN fetched ON fetched.episode_no = spell.episode_no
