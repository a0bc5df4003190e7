-- name: loan_snapshot
-- title: Loan snapshots, days past due computed where they are not delivered | 贷款时点（补齐逾期天数）
-- kind: base
-- only_if: snapshot_without_dpd
-- needs: instalment.due_date, payment.value_date
-- fills: loan_snapshot.days_past_due
-- source: delivered days past due count; computed_days_past_due stands in where there are none
-- edges: Every snapshot of the input, all other columns as delivered. Only ACTIVE snapshots without days past due take the computed ones; they
--   stay empty for loans without instalments.

SELECT *
FROM input.loan_snapshot
WHERE (SELECT count(*) FROM stand_in_days_past_due) = 0
   OR days_past_due IS NOT NULL
   OR status IS DISTINCT FROM 'ACTIVE'
UNION ALL
SELECT original.* REPLACE (stand_in_days_past_due.days_past_due AS days_past_due)
FROM stand_in_days_past_due
JOIN input.loan_snapshot AS original
  ON original.loan_id = stand_in_days_past_due.loan_id
 AND original.snapshot_date = stand_in_days_past_due.snapshot_date
