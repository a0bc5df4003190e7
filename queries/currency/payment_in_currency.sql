-- name: payment_in_currency
-- title: Payments in the currency of the project | 还款（折本位币）
-- kind: base
-- source: flows are converted at the rate of their value date; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.payment when a loan is in another currency than the project. Amounts are rounded to the cent, each row for itself. Without a rate for
--   the day the amounts are NULL, and the audit currency_without_rate stops the run.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.principal_paid ELSE original.principal_paid * fx_day.rate_to_base END AS DECIMAL(18,2)) AS principal_paid,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.interest_paid ELSE original.interest_paid * fx_day.rate_to_base END AS DECIMAL(18,2)) AS interest_paid,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.fee_paid ELSE original.fee_paid * fx_day.rate_to_base END AS DECIMAL(18,2)) AS fee_paid,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.penalty_paid ELSE original.penalty_paid * fx_day.rate_to_base END AS DECIMAL(18,2)) AS penalty_paid
    )
FROM foreign_loan
RIGHT JOIN delivered.payment AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.value_date
