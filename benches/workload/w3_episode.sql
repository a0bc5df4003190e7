SELECT
    spell.loan_id,
    spell.episode_no,
    spell.default_date,
    spell.end_date,
    CASE
        WHEN spell.default_date = spell.first_date THEN spell.first_balance
        ELSE coalesce(before.principal_balance, spell.first_balance)
    END AS ead
FROM spell
LEFT JOIN loan_snapshot AS before
  ON before.loan_id = spell.loan_id
 AND before.snapshot_date = spell.previous_month_end
