-- name: default_record_in_currency
-- title: Default records in the currency of the project | 违约记录（折本位币）
-- kind: base
-- source: the exposure at default is converted at the rate of the day of default; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.default_record when a loan is in another currency than the project. Records on customers are in the currency of the project.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.ead ELSE original.ead * fx_day.rate_to_base END AS DECIMAL(18,2)) AS ead
    )
FROM foreign_loan
RIGHT JOIN delivered.default_record AS original
  ON original.subject_id = foreign_loan.loan_id
 AND original.subject_type = 'LOAN'
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = original.default_date
