-- name: loan_snapshot
-- title: Loan snapshots, days past due computed where they are not delivered | 贷款时点（补齐逾期天数）
-- kind: base
-- only_if: snapshot_without_dpd
-- needs: instalment.due_date, payment.value_date
-- fills: loan_snapshot.days_past_due
-- source: delivered days past due count; computed_days_past_due stands in where there are none
-- edges: Every snapshot of the input, all other columns as delivered. Only ACTIVE snapshots without days past due take the computed ones; they
--   stay empty for loans without instalments.

WITH missing AS (
    SELECT *
    FROM input.loan_snapshot
    WHERE status = 'ACTIVE'
      AND days_past_due IS NULL
),

computed AS (
    SELECT loan_id, snapshot_date, days_past_due
    FROM computed_days_past_due
    WHERE delivered_days_past_due IS NULL
)

SELECT *
FROM input.loan_snapshot
WHERE days_past_due IS NOT NULL
   OR status IS DISTINCT FROM 'ACTIVE'
UNION ALL
SELECT missing.* REPLACE (computed.days_past_due AS days_past_due)
FROM computed
RIGHT JOIN missing
  ON missing.loan_id = computed.loan_id
 AND missing.snapshot_date = computed.snapshot_date
