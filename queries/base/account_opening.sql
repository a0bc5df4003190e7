-- name: account_opening
-- title: What was due and what was paid before the period, by schedule | 期初累计应还与实还
-- kind: base
-- keep: yes
-- params: period_start DATE
-- source: sums of instalments due and cash received before the first day of the period
-- edges: One row per loan and version of its schedule that has an instalment due up to the period end, the first of them on first_due. is_open tells that
--   something due before the period was unpaid at its opening, that an instalment was ever cancelled, or that a reversal of the period may
--   have taken back what had been paid before it; the instalments of such accounts are looked at one by one.

WITH owed AS (
    SELECT
        loan_id,
        schedule_version,
        min(due_date) AS first_due,
        sum(CASE WHEN due_date < $period_start THEN principal_owed ELSE 0 END) AS principal_owed,
        sum(CASE WHEN due_date < $period_start THEN interest_owed ELSE 0 END) AS interest_owed,
        max(CASE WHEN cancelled_on IS NOT NULL THEN 1 ELSE 0 END) AS has_cancelled
    FROM due
    GROUP BY loan_id, schedule_version
),

paid AS (
    SELECT
        loan_id,
        schedule_version,
        sum(CASE WHEN value_date < $period_start THEN principal_paid ELSE 0 END) AS principal_paid,
        sum(CASE WHEN value_date < $period_start THEN interest_paid ELSE 0 END) AS interest_paid,
        max(CASE WHEN value_date >= $period_start AND (principal_paid < 0 OR interest_paid < 0) THEN 1 ELSE 0 END) AS has_reversal
    FROM cash
    GROUP BY loan_id, schedule_version
)

SELECT
    owed.loan_id,
    owed.schedule_version,
    owed.first_due,
    CAST(owed.principal_owed AS DECIMAL(38,2)) AS principal_owed,
    CAST(owed.interest_owed AS DECIMAL(38,2)) AS interest_owed,
    CAST(coalesce(paid.principal_paid, 0) AS DECIMAL(38,2)) AS principal_paid,
    CAST(coalesce(paid.interest_paid, 0) AS DECIMAL(38,2)) AS interest_paid,
    owed.has_cancelled = 1
        OR coalesce(paid.has_reversal, 0) = 1
        OR owed.principal_owed > coalesce(paid.principal_paid, 0)
        OR owed.interest_owed > coalesce(paid.interest_paid, 0) AS is_open
FROM owed
LEFT JOIN paid ON paid.loan_id = owed.loan_id AND paid.schedule_version = owed.schedule_version
