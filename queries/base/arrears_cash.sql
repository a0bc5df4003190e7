-- name: arrears_cash
-- title: What was paid by the days on which arrears are worked out | 需计算欠款日期的累计实还
-- kind: base
-- keep: yes
-- source: cash up to and on the day pays what is due, by version of the schedule
-- edges: One row per day of arrears_day and version of the schedule that had received cash by it; reversals count with their negative amounts from
--   their value date on.

WITH late_loan AS (
    SELECT DISTINCT loan_id
    FROM arrears_day
),

late_cash AS (
    SELECT cash.loan_id, cash.schedule_version, cash.value_date, cash.principal_paid, cash.interest_paid
    FROM late_loan
    JOIN cash ON cash.loan_id = late_loan.loan_id
)

SELECT
    arrears_day.loan_id,
    arrears_day.arrears_date,
    late_cash.schedule_version,
    CAST(sum(late_cash.principal_paid) AS DECIMAL(38,2)) AS principal_paid,
    CAST(sum(late_cash.interest_paid) AS DECIMAL(38,2)) AS interest_paid
FROM arrears_day
JOIN late_cash ON late_cash.loan_id = arrears_day.loan_id
WHERE late_cash.value_date <= arrears_day.arrears_date
GROUP BY arrears_day.loan_id, arrears_day.arrears_date, late_cash.schedule_version
