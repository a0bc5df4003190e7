-- name: pricing_rank_corr
-- title: Rank correlation of rate and probability of default | 风险定价一致性
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: -1 to 1
-- aggregate: rank_correlation
-- owner: officers in the role ORIGINATOR on the day of pricing, without one those who hold the loan; whatever the share
-- needs: loan.interest_rate, loan_snapshot.pd
-- source: 银行贷后管理绩效考核 科学定价: Kendall (1945) tau-b between rate and pd
-- edges: The loans of priced_loan but concessions, with rate and pd both known; the rate stands as numerator, the pd as denominator. The cell is product and band
--   of contractual tenor (loan_tenor), UNKNOWN where the product is. A loan that several officers priced stands whole with each of them. A rate of 0 with a pd of 0
--   is dropped like every row of 0 and 0.

SELECT
    pricing_owner.officer_id,
    priced_loan.loan_id,
    priced_loan.customer_id,
    priced_loan.loan_id AS key,
    CAST(priced_loan.rate AS DECIMAL(38,12)) AS numerator,
    CAST(priced_loan.pd AS DECIMAL(38,12)) AS denominator,
    concat(coalesce(priced_loan.product_code, 'UNKNOWN'), '/', priced_loan.tenor_band) AS rule_code
FROM priced_loan
JOIN pricing_owner ON pricing_owner.loan_id = priced_loan.loan_id
WHERE NOT priced_loan.is_concession
  AND priced_loan.rate IS NOT NULL
  AND priced_loan.pd IS NOT NULL
