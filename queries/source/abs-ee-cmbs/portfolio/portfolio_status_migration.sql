-- name: portfolio_status_migration
-- title: Migration between payment statuses of the source | 来源还款状态迁徙
-- kind: portfolio
-- grain: from_status, to_status
-- needs: loan_snapshot.source_status
-- params: period_start DATE, period_end DATE
-- source: pooled cohort counts over consecutive reports; statuses from paymentStatusLoanCode and liquidationPrepaymentCode of SEC Form ABS-EE, exhibit 102
-- edges: One step is a pair of consecutive reports of one loan; it belongs to the period of the later report, so that the periods of a year add up to the year. Exits (PAID_OFF, LIQUIDATED) are statuses that steps lead to and never start from, so the steps out of a status sum to all of them.
--   A loan's first report is no step. opening_balance is the balance at the earlier report.

WITH step AS (
    SELECT
        snapshot_date,
        source_status AS to_status,
        LAG(source_status) OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS from_status,
        LAG(status) OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS status_before,
        LAG(principal_balance) OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS balance_before
    FROM loan_snapshot
)

SELECT
    from_status,
    to_status,
    COUNT(*) AS n_loans,
    CAST(SUM(balance_before) AS DECIMAL(18, 2)) AS opening_balance
FROM step
WHERE
    snapshot_date BETWEEN $period_start AND $period_end
    AND status_before = 'ACTIVE'
    AND from_status IS NOT NULL
    AND to_status IS NOT NULL
GROUP BY from_status, to_status
