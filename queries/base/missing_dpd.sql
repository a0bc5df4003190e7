-- name: missing_dpd
-- title: Snapshots without days past due | 缺失逾期天数的快照
-- kind: base
-- keep: yes
-- source: days past due follow from instalments and payments where they are not delivered
-- edges: All ACTIVE snapshots without delivered days past due. first_due is the first due date of the loan that is delivered, empty without
--   instalments. No row at all where no instalment or no payment is delivered: nothing could be computed, or everything would look unpaid.

WITH missing AS (
    SELECT loan_id, snapshot_date
    FROM snapshot_without_dpd
    WHERE (SELECT count(*) FROM (SELECT 1 FROM input.instalment LIMIT 1) AS instalment) > 0
      AND (SELECT count(*) FROM (SELECT 1 FROM delivered.payment LIMIT 1) AS payment) > 0
),

missing_loan AS (
    SELECT DISTINCT loan_id
    FROM missing
),

planned_loan AS (
    SELECT missing_loan.loan_id, min(instalment.due_date) AS first_due
    FROM missing_loan
    JOIN instalment ON instalment.loan_id = missing_loan.loan_id
    GROUP BY missing_loan.loan_id
)

SELECT
    missing.loan_id,
    missing.snapshot_date,
    planned_loan.first_due
FROM planned_loan
RIGHT JOIN missing ON missing.loan_id = planned_loan.loan_id
