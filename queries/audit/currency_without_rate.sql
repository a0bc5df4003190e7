-- name: currency_without_rate
-- title: Every currency has its rate | 币种均有汇率
-- kind: audit
-- severity: warning
-- source: a missing rate is never 1 (BCBS 239, completeness)
-- edges: Looks at the currencies of the loans ACTIVE on the closing snapshot. With a single currency nothing has to be converted. With several, each but
--   the one with most loans (the smaller code on a tie), which is taken for the currency of the project, needs a rate for the closing date
--   itself. A loan without a currency is taken to be in that of the project.

WITH book_currency AS (
    SELECT
        currency,
        count(*) AS n_loans,
        sum(principal_balance) AS balance,
        row_number() OVER (ORDER BY count(*) DESC, currency) AS size_rank
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
      AND currency IS NOT NULL
    GROUP BY currency
)

SELECT
    book_currency.currency AS key,
    concat('The book holds ', CAST(book_currency.balance AS TEXT), ' ', book_currency.currency, ' (number of loans ',
        CAST(book_currency.n_loans AS TEXT), '), but there is no rate of this currency for the closing date.') AS detail
FROM book_currency
LEFT JOIN fx_rate
  ON fx_rate.currency = book_currency.currency
 AND fx_rate.rate_date = (SELECT close_date FROM reporting_date)
WHERE book_currency.size_rank > 1
  AND fx_rate.currency IS NULL
