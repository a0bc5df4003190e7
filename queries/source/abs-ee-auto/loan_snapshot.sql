-- name: loan_snapshot
-- title: Monthly state of auto loans | 车贷月末快照
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102: the ending balance of month 0 and BAL of the months after it
-- edges: One row per loan and month-end while the loan has a balance, the row with which it ends included, and one in the month in which its balance is no longer reported although it was owed (WRITTEN_OFF, balance 0).
--   A negative balance means the borrower has paid too much: the principal is 0 and the negative amount stands in other_balances, so that the two add up to the balance reported.
--   days_past_due is 30 for each month in a row without a payment up to this one, 0 once nothing is owed: the files tell days past due for month 0 only. A month with a balance but without a total paid has none.
--   The filings carry no risk class, and none is made up from days past due.

SELECT
    loan_id,
    month_end AS snapshot_date,
    status,
    CAST(GREATEST(COALESCE(reported_balance, 0), 0) AS DECIMAL(18, 2)) AS principal_balance,
    CAST(LEAST(COALESCE(reported_balance, 0), 0) AS DECIMAL(18, 2)) AS other_balances,
    CASE WHEN status = 'ACTIVE' THEN 30 * no_payment_months ELSE 0 END AS days_past_due,
    source_system,
    batch_id,
    known_at
FROM auto_report
WHERE status IS NOT NULL
