-- name: snapshot_before_origination
-- title: No snapshot before origination | 快照不早于发放
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: BCBS 239, accuracy: events in their order
-- edges: Snapshots of the period. A snapshot on the day of origination is fine, and so is an earlier one with status NOT_ORIGINATED. One row per loan.

SELECT
    loan_snapshot.loan_id AS key,
    concat('Loan ', loan_snapshot.loan_id, ' was originated on ', CAST(min(loan.origination_date) AS TEXT),
        ' but has snapshots from ', CAST(min(loan_snapshot.snapshot_date) AS TEXT), ' on (number before origination ',
        CAST(count(*) AS TEXT), ').') AS detail
FROM loan
JOIN loan_snapshot ON loan_snapshot.loan_id = loan.loan_id
WHERE loan_snapshot.snapshot_date BETWEEN $period_start AND $period_end
  AND loan_snapshot.snapshot_date < loan.origination_date
  AND coalesce(loan_snapshot.status, '') <> 'NOT_ORIGINATED'
GROUP BY loan_snapshot.loan_id
