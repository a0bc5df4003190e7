-- name: disposal_case_in_currency
-- title: Disposal cases in the currency of the project | 处置案件（折本位币）
-- kind: base
-- source: exposure and proceeds are converted at the rate of the day the case was opened, so that their quotient is that of the loan currency; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.disposal_case when a loan is in another currency than the project. Amounts are rounded to the cent, each row for itself. Without a rate for
--   the day the amounts are NULL, and the audit currency_without_rate stops the run.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.exposure_start ELSE original.exposure_start * fx_day.rate_to_base END AS DECIMAL(18,2)) AS exposure_start,
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.proceeds ELSE original.proceeds * fx_day.rate_to_base END AS DECIMAL(18,2)) AS proceeds
    )
FROM foreign_loan
RIGHT JOIN delivered.disposal_case AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.opened_on
