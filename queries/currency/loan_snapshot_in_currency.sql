-- name: loan_snapshot_in_currency
-- title: Loan snapshots in the currency of the project | 贷款时点（折本位币）
-- kind: base
-- source: stocks are converted at the rate of their date; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.loan_snapshot when a loan is in another currency than the project. Amounts are rounded to the cent, each row for itself. Without a rate for
--   the day the amounts are NULL, and the audit currency_without_rate stops the run.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.principal_balance ELSE original.principal_balance * fx_day.rate_to_base END AS DECIMAL(18,2)) AS principal_balance,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.accrued_interest_balance ELSE original.accrued_interest_balance * fx_day.rate_to_base END AS DECIMAL(18,2)) AS accrued_interest_balance,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.other_balances ELSE original.other_balances * fx_day.rate_to_base END AS DECIMAL(18,2)) AS other_balances,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.undrawn_amount ELSE original.undrawn_amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS undrawn_amount,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.pastdue_principal_amount ELSE original.pastdue_principal_amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS pastdue_principal_amount,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.pastdue_interest_amount ELSE original.pastdue_interest_amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS pastdue_interest_amount,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.ead ELSE original.ead * fx_day.rate_to_base END AS DECIMAL(18,2)) AS ead,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.allowance_amount ELSE original.allowance_amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS allowance_amount
    )
FROM foreign_loan
RIGHT JOIN delivered.loan_snapshot AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.snapshot_date
