-- name: closing_dpd
-- title: Delivered days past due of the closing date | 期末报送的逾期天数
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: days past due recomputed against supplied
-- edges: ACTIVE snapshots of the closing date with delivered days past due, of loans with an instalment due on or before it; first_due is the first
--   due date of the loan that is delivered. No row at all where no payment is delivered: everything would look unpaid.

WITH planned_loan AS (
    SELECT loan_id, min(first_due) AS first_due
    FROM account_opening
    WHERE (SELECT count(*) FROM (SELECT 1 FROM delivered.payment LIMIT 1) AS payment) > 0
    GROUP BY loan_id
)

SELECT
    loan_snapshot.loan_id,
    loan_snapshot.snapshot_date,
    loan_snapshot.days_past_due AS delivered_days_past_due,
    planned_loan.first_due
FROM planned_loan
JOIN input.loan_snapshot ON loan_snapshot.loan_id = planned_loan.loan_id
WHERE loan_snapshot.status = 'ACTIVE'
  AND loan_snapshot.days_past_due IS NOT NULL
  AND loan_snapshot.snapshot_date BETWEEN $period_start AND $period_end
  AND loan_snapshot.snapshot_date = (SELECT close_date FROM reporting_date)
  AND loan_snapshot.snapshot_date >= planned_loan.first_due
