-- name: external_rating_coverage
-- title: Balance with a recent rating from outside | 外部信息覆盖率
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: ratio
-- owner: officers at the closing snapshot by share
-- needs: external_rating.rated_on, customer.customer_type, loan_snapshot.status
-- params: rating_max_age_corporate INT, rating_max_age_sme INT, rating_max_age_retail INT
-- source: 银行贷后管理绩效考核 第三方信用评级; how old a rating may be is a rule of the bank
-- edges: ACTIVE loans of the closing snapshot; the balance counts if any agency rated the borrower, or keeps a bureau record, at most so many days before
--   that snapshot as the kind of customer allows (that day included). CORPORATE and INSTITUTION have one limit, SME and RETAIL their own; a customer of unknown
--   kind has the limit of RETAIL. A rating that ran out before the snapshot does not count, one whose last day it is does. A loan without a customer is not
--   covered. Defaults taken over stay with the holder.

WITH allowed AS (
    SELECT
        customer_id,
        CAST(CASE
            WHEN customer_type IN ('CORPORATE', 'INSTITUTION') THEN $rating_max_age_corporate
            WHEN customer_type = 'SME' THEN $rating_max_age_sme
            ELSE $rating_max_age_retail
        END AS INT) AS max_age
    FROM customer
),

covered AS (
    SELECT DISTINCT external_rating.customer_id
    FROM external_rating
    JOIN allowed ON allowed.customer_id = external_rating.customer_id
    CROSS JOIN reporting_date
    WHERE external_rating.rated_on <= reporting_date.close_date
      AND external_rating.rated_on >= reporting_date.close_date - allowed.max_age
      AND (external_rating.valid_until IS NULL OR external_rating.valid_until >= reporting_date.close_date)
)

SELECT
    stock.officer_id,
    stock.loan_id,
    stock.customer_id,
    stock.loan_id AS key,
    CASE WHEN covered.customer_id IS NOT NULL THEN stock.balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    stock.balance_part AS denominator
FROM stock
LEFT JOIN covered ON covered.customer_id = stock.customer_id
