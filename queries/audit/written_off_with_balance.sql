-- name: written_off_with_balance
-- title: A loan written off has no balance | 已核销贷款无余额
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: EBA ITS on supervisory reporting, write-offs: a loan written off in full has no balance
-- edges: Snapshots of the period, one row per loan with its latest such snapshot. The balance is not counted anywhere, because only ACTIVE rows are.

SELECT
    loan_id AS key,
    concat('Loan ', loan_id, ' is WRITTEN_OFF on ', CAST(max(snapshot_date) AS TEXT), ' but still has a principal balance of ',
        CAST(first_value(principal_balance ORDER BY snapshot_date DESC) AS TEXT), '.') AS detail
FROM loan_snapshot
WHERE snapshot_date BETWEEN $period_start AND $period_end
  AND status = 'WRITTEN_OFF'
  AND principal_balance > 0
GROUP BY loan_id
