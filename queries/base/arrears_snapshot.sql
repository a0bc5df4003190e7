-- name: arrears_snapshot
-- title: Snapshots on which a loan may be in arrears | 可能存在欠款的快照
-- kind: base
-- keep: yes
-- params: period_start DATE
-- source: component-wise first in first out: an account is in arrears when more has fallen due than was paid
-- edges: Snapshots of missing_dpd and of closing_dpd on which more principal or interest of a version of the schedule had fallen due than was paid, or one of
--   its instalments had stopped taking cash (of the closing date: any by the period end); on all others nothing is overdue.

WITH missing_snapshot AS (
    SELECT loan_id, snapshot_date
    FROM missing_dpd
    WHERE first_due <= snapshot_date
),

running AS (
    SELECT
        loan_id,
        moved_on,
        is_snapshot,
        sum(principal) OVER account AS principal_open,
        sum(interest) OVER account AS interest_open
    FROM arrears_movement
    WINDOW account AS (PARTITION BY loan_id, schedule_version ORDER BY moved_on, is_snapshot ROWS UNBOUNDED PRECEDING)
),

closing_sum AS (
    -- What was open when the period began, and what moved it up to the closing date.
    SELECT
        loan_id,
        schedule_version,
        principal_owed - principal_paid AS principal,
        interest_owed - interest_paid AS interest
    FROM account_opening
    UNION ALL
    SELECT
        planned_instalment.loan_id,
        planned_instalment.schedule_version,
        planned_instalment.principal_due AS principal,
        planned_instalment.interest_due AS interest
    FROM planned_instalment
    WHERE planned_instalment.due_date >= $period_start
      AND planned_instalment.due_date <= (SELECT close_date FROM reporting_date)
    UNION ALL
    SELECT
        cash.loan_id,
        cash.schedule_version,
        -cash.principal_paid AS principal,
        -cash.interest_paid AS interest
    FROM cash
    WHERE cash.value_date >= $period_start
      AND cash.value_date <= (SELECT close_date FROM reporting_date)
),

late_close AS (
    SELECT loan_id
    FROM closing_sum
    GROUP BY loan_id, schedule_version
    HAVING sum(principal) > 0
        OR sum(interest) > 0
    UNION
    SELECT loan_id
    FROM instalment_stop
)

SELECT loan_id, moved_on AS snapshot_date
FROM running
WHERE is_snapshot = 1
  AND (principal_open > 0 OR interest_open > 0)
UNION
SELECT missing_snapshot.loan_id, missing_snapshot.snapshot_date
FROM instalment_stop
JOIN missing_snapshot ON missing_snapshot.loan_id = instalment_stop.loan_id
WHERE instalment_stop.stop_no = 1
  AND instalment_stop.stopped_on <= missing_snapshot.snapshot_date
UNION
SELECT closing_dpd.loan_id, closing_dpd.snapshot_date
FROM late_close
JOIN closing_dpd ON closing_dpd.loan_id = late_close.loan_id
