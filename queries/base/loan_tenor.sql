-- name: loan_tenor
-- title: Contractual tenor of every loan | 贷款合同期限
-- kind: base
-- params: project_currency TEXT
-- source: tenor bands of transfer prices and of price comparisons
-- edges: tenor_months counts the whole months from origination to contractual maturity: a month is whole on the day of the same number, or on the last day of a
--   month that has no such day. It is -1 where either date is unknown. tenor_band is one of four fixed bands, 0-12M, 12-36M, 36-60M and 60M+, lower edge included and
--   upper excluded, so that a loan of exactly 12 months stands in 12-36M; UNKNOWN without a tenor. A loan without a currency is in that of the project.

WITH counted AS (
    SELECT
        loan_id,
        coalesce(currency, $project_currency) AS currency,
        CAST(coalesce(
            12 * (date_part('year', maturity_date) - date_part('year', origination_date))
                + date_part('month', maturity_date) - date_part('month', origination_date)
                - CASE
                    WHEN date_part('day', maturity_date) < date_part('day', origination_date)
                        AND date_part('day', maturity_date + CAST(1 AS INT)) <> 1
                        THEN 1
                    ELSE 0
                END,
            -1
        ) AS INT) AS tenor_months
    FROM loan
)

SELECT
    loan_id,
    currency,
    tenor_months,
    CASE
        WHEN tenor_months < 0 THEN 'UNKNOWN'
        WHEN tenor_months < 12 THEN '0-12M'
        WHEN tenor_months < 36 THEN '12-36M'
        WHEN tenor_months < 60 THEN '36-60M'
        ELSE '60M+'
    END AS tenor_band
FROM counted
