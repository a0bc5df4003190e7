-- name: arrears_item
-- title: Instalments of loans whose arrears are worked out, with their running sums | 需计算欠款贷款的分期（累计应还）
-- kind: base
-- keep: yes
-- source: first in first out inside one version of the schedule as running sums
-- edges: All instalments of due of the loans of arrears_day. principal_to_here and interest_to_here are what had fallen due of the version by the instalment, itself
--   included, as if nothing had been cancelled. first_stopped_on is the first day on which an instalment of the version stopped taking cash.

WITH late_loan AS (
    SELECT DISTINCT loan_id
    FROM arrears_day
),

first_stop AS (
    SELECT loan_id, schedule_version, stopped_on
    FROM instalment_stop
    WHERE stop_no = 1
),

late_due AS (
    SELECT
        due.loan_id,
        due.schedule_version,
        due.instalment_no,
        due.due_date,
        due.cancelled_on,
        due.stopped_on,
        due.principal_due,
        due.interest_due,
        due.principal_owed,
        due.interest_owed
    FROM late_loan
    JOIN due ON due.loan_id = late_loan.loan_id
)

SELECT
    late_due.loan_id,
    late_due.schedule_version,
    late_due.instalment_no,
    late_due.due_date,
    late_due.cancelled_on,
    late_due.stopped_on,
    first_stop.stopped_on AS first_stopped_on,
    late_due.principal_due,
    late_due.interest_due,
    late_due.principal_owed,
    late_due.interest_owed,
    sum(late_due.principal_due) OVER account AS principal_to_here,
    sum(late_due.interest_due) OVER account AS interest_to_here
FROM first_stop
RIGHT JOIN late_due
  ON late_due.loan_id = first_stop.loan_id
 AND late_due.schedule_version = first_stop.schedule_version
WINDOW account AS (
    PARTITION BY late_due.loan_id, late_due.schedule_version
    ORDER BY late_due.due_date, late_due.instalment_no ROWS UNBOUNDED PRECEDING
)
