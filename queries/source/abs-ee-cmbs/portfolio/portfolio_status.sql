-- name: portfolio_status
-- title: Book by payment status of the source | 按来源还款状态划分的贷款
-- kind: portfolio
-- grain: snapshot_date, status
-- needs: loan_snapshot.source_status
-- params: period_start DATE, period_end DATE
-- source: paymentStatusLoanCode of SEC Form ABS-EE, exhibit 102
-- edges: Every snapshot date of the period, living loans only; a loan's exit is in portfolio_status_migration. A status without a loan on a date has no row.

SELECT
    snapshot_date,
    source_status AS status,
    COUNT(*) AS n_loans,
    CAST(SUM(principal_balance) AS DECIMAL(18, 2)) AS balance,
    MIN(days_past_due) AS dpd_min,
    MAX(days_past_due) AS dpd_max
FROM loan_snapshot
WHERE
    snapshot_date BETWEEN $period_start AND $period_end
    AND status = 'ACTIVE'
    AND source_status IS NOT NULL
GROUP BY snapshot_date, source_status
