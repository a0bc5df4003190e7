-- name: arrears_movement
-- title: Dues, cash and snapshots of loans without days past due | 缺失逾期天数贷款的应还、实还与快照
-- kind: base
-- keep: yes
-- params: dpd_origin TEXT
-- source: an account is in arrears when more has fallen due than was paid
-- edges: Only loans of missing_dpd. What falls due has a plus, from the first day on which it counts as overdue if unpaid: the day after the due
--   date with dpd_origin next_day, that day itself with due_date. Cash has a minus. Each snapshot stands once in every version of the schedule, with no
--   amount, to be looked at after the movements of its day.

WITH missing_snapshot AS (
    SELECT loan_id, snapshot_date
    FROM missing_dpd
    WHERE first_due <= snapshot_date
),

missing_loan AS (
    SELECT DISTINCT loan_id
    FROM missing_snapshot
)

SELECT
    planned_instalment.loan_id,
    planned_instalment.schedule_version,
    planned_instalment.due_date + CAST(CASE WHEN $dpd_origin = 'due_date' THEN 0 ELSE 1 END AS INT) AS moved_on,
    0 AS is_snapshot,
    planned_instalment.principal_due AS principal,
    planned_instalment.interest_due AS interest
FROM missing_loan
JOIN planned_instalment ON planned_instalment.loan_id = missing_loan.loan_id
UNION ALL
SELECT
    cash.loan_id,
    cash.schedule_version,
    cash.value_date AS moved_on,
    0 AS is_snapshot,
    -cash.principal_paid AS principal,
    -cash.interest_paid AS interest
FROM missing_loan
JOIN cash ON cash.loan_id = missing_loan.loan_id
UNION ALL
SELECT
    missing_snapshot.loan_id,
    account.schedule_version,
    missing_snapshot.snapshot_date AS moved_on,
    1 AS is_snapshot,
    CAST(0 AS DECIMAL(18,2)) AS principal,
    CAST(0 AS DECIMAL(18,2)) AS interest
FROM missing_snapshot
JOIN (
    SELECT DISTINCT planned_instalment.loan_id, planned_instalment.schedule_version
    FROM missing_loan
    JOIN planned_instalment ON planned_instalment.loan_id = missing_loan.loan_id
) AS account ON account.loan_id = missing_snapshot.loan_id
