-- name: recovery_cost_in_currency
-- title: Recovery costs in the currency of the project | 清收费用（折本位币）
-- kind: base
-- source: flows are converted at the rate of their date; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.recovery_cost when a loan is in another currency than the project. Amounts are rounded to the cent, each row for itself. Without a rate for
--   the day the amounts are NULL, and the audit currency_without_rate stops the run.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.amount ELSE original.amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS amount
    )
FROM foreign_loan
RIGHT JOIN delivered.recovery_cost AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.cost_date
