-- name: loan_in_currency
-- title: Loans in the currency of the project | 贷款（折本位币）
-- kind: base
-- source: flows are converted at the rate of their date; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.loan when a loan is in another currency than the project. The origination amount is converted at the rate of the origination. Loans paid
--   out before the first rate have no amount.

SELECT
    original.* REPLACE (
        CAST(
            CASE WHEN foreign_loan.loan_id IS NULL THEN original.origination_amount ELSE original.origination_amount * fx_day.rate_to_base END
            AS DECIMAL(18,2)
        ) AS origination_amount
    )
FROM foreign_loan
RIGHT JOIN delivered.loan AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.origination_date
