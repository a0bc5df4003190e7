-- name: external_rating_freshness
-- title: Age of the ratings from outside | 外部信息时效（加权天数）
-- kind: indicator
-- dimension: PROCESS
-- better: lower
-- unit: days
-- owner: officers at the closing snapshot by share
-- needs: external_rating.rated_on, loan_snapshot.status
-- source: 银行贷后管理绩效考核 第三方信用评级
-- edges: Days from the latest rating or bureau record of the borrower, of whatever agency, to the closing snapshot, weighted with the balance of the ACTIVE
--   loans of that snapshot. A rating counts with its age also where it is too old for external_rating_coverage or has run out. Loans of customers who were
--   never rated have no age and stay out. Defaults taken over stay with the holder.

WITH latest AS (
    SELECT
        external_rating.customer_id,
        max(external_rating.rated_on) AS rated_on
    FROM external_rating
    WHERE external_rating.rated_on <= (SELECT close_date FROM reporting_date)
    GROUP BY external_rating.customer_id
)

SELECT
    stock.officer_id,
    stock.loan_id,
    stock.customer_id,
    stock.loan_id AS key,
    CAST(stock.balance_part * (reporting_date.close_date - latest.rated_on) AS DECIMAL(38,12)) AS numerator,
    stock.balance_part AS denominator
FROM latest
JOIN stock ON stock.customer_id = latest.customer_id
CROSS JOIN reporting_date
