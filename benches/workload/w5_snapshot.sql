-- All that is wanted of the history, in one scan: late snapshots, those a month before them, and loans paid off.
SELECT loan_id, snapshot_date, days_past_due, principal_balance, status = 'PAID_OFF' AS is_repaid
FROM loan_snapshot
WHERE days_past_due >= 60
   OR status = 'PAID_OFF'
