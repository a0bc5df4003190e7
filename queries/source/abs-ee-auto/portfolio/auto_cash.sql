-- name: auto_cash
-- title: Cash and balances of auto loans by month | 车贷逐月现金流与余额
-- kind: portfolio
-- grain: month_end
-- needs: auto_report.month_no
-- source: SEC Form ABS-EE, exhibit 102: BAL, PRC, PMT, REC and REP as reported; charge-offs by the rule of auto_report
-- edges: Every month up to the cutoff, not those of the period alone, all files together. months_since_start counts from the first month of the data.
--   Amounts are sums of what is reported, with their signs; a month in which nothing is reported has 0. interest_and_fees is the total paid less principal, of rows that have both. balance counts negative balances too, n_balance_positive those above 0.
--   charged_off stands in the month of the charge-off, which for a row that vanished is the first month without a balance. n_zero_payment counts months without a payment of loans that had a balance before.

SELECT
    month_end,
    CAST(
        12 * (DATE_PART('year', month_end) - DATE_PART('year', MIN(MIN(month_end)) OVER ()))
        + DATE_PART('month', month_end) - DATE_PART('month', MIN(MIN(month_end)) OVER ()) AS BIGINT
    ) AS months_since_start,
    COUNT(reported_balance) AS n_with_balance,
    COUNT(CASE WHEN reported_balance > 0 THEN 1 END) AS n_balance_positive,
    CAST(COALESCE(SUM(reported_balance), 0) AS DECIMAL(18, 2)) AS balance,
    CAST(COALESCE(SUM(total_paid), 0) AS DECIMAL(18, 2)) AS total_paid,
    CAST(COALESCE(SUM(principal_collected), 0) AS DECIMAL(18, 2)) AS principal_collected,
    CAST(COALESCE(SUM(total_paid - principal_collected), 0) AS DECIMAL(18, 2)) AS interest_and_fees,
    CAST(COALESCE(SUM(recovered), 0) AS DECIMAL(18, 2)) AS recovered,
    CAST(COALESCE(SUM(CASE WHEN repossession_proceeds > 0 THEN repossession_proceeds END), 0) AS DECIMAL(18, 2))
        AS repossession_proceeds,
    CAST(COALESCE(SUM(CASE WHEN repossession_proceeds < 0 THEN repossession_proceeds END), 0) AS DECIMAL(18, 2))
        AS repossession_costs,
    CAST(COALESCE(SUM(written_off), 0) AS DECIMAL(18, 2)) AS charged_off,
    COUNT(CASE WHEN total_paid = 0 AND balance_before > 0 THEN 1 END) AS n_zero_payment
FROM auto_report
GROUP BY month_end
