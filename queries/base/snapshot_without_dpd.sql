-- name: snapshot_without_dpd
-- title: Snapshots delivered without days past due | 未报送逾期天数的快照
-- kind: base
-- source: days past due follow from instalments and payments where they are not delivered
-- edges: Only ACTIVE snapshots; an ended loan has no days past due.

SELECT loan_id, snapshot_date
FROM input.loan_snapshot
WHERE status = 'ACTIVE'
  AND days_past_due IS NULL
