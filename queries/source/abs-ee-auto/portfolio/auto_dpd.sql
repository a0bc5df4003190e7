-- name: auto_dpd
-- title: Auto loans by missed payments and month | 车贷逐月逾期分布
-- kind: portfolio
-- grain: month_end, dpd_capped_120
-- needs: loan_snapshot.days_past_due
-- source: days past due of loan_snapshot, 30 for each payment missed in a row
-- edges: Every month up to the cutoff, not those of the period alone. Living loans with a balance only; four missed payments and more are 120. A class without a loan in a month has no row.

SELECT
    snapshot_date AS month_end,
    CAST(LEAST(days_past_due, 120) AS BIGINT) AS dpd_capped_120,
    COUNT(*) AS n_loans,
    CAST(SUM(principal_balance) AS DECIMAL(18, 2)) AS balance
FROM loan_snapshot
WHERE status = 'ACTIVE' AND days_past_due IS NOT NULL
GROUP BY snapshot_date, LEAST(days_past_due, 120)
