-- name: collection_activity_in_currency
-- title: Collection attempts in the currency of the project | 催收（折本位币）
-- kind: base
-- source: a promise is converted at the rate of the day it was made; a missing rate is never 1 (BCBS 239)
-- edges: Takes the place of input.collection_activity when a loan is in another currency than the project. Amounts are rounded to the cent, each row for itself. Without a rate for
--   the day the amounts are NULL, and the audit currency_without_rate stops the run.

SELECT
    original.* REPLACE (
        CAST(CASE WHEN foreign_loan.loan_id IS NULL THEN original.promise_amount ELSE original.promise_amount * fx_day.rate_to_base END AS DECIMAL(18,2)) AS promise_amount
    )
FROM foreign_loan
RIGHT JOIN delivered.collection_activity AS original ON original.loan_id = foreign_loan.loan_id
LEFT JOIN fx_day ON fx_day.currency = foreign_loan.currency AND fx_day.rate_day = CAST(original.activity_at AS DATE)
