-- name: pricing_adequacy_rate
-- title: Balance priced at or above the risk-adjusted minimum | 风险定价充分率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio
-- owner: officers in the role ORIGINATOR on the day of pricing by share, without one those who hold the loan
-- needs: loan.interest_rate, loan_snapshot.pd, loan_snapshot.lgd, cost_allocation.opex
-- source: 银行贷后管理绩效考核 科学定价: high risk, high rate
-- edges: Balance of the loans originated or repriced in the period whose rate is min_rate or more (priced_loan), over the balance of all of them, each loan
--   once with its last pricing. Loans without a snapshot, a rate, a pd or an lgd are in neither part. A loan whose only pricing of the period was a concession
--   is listed with 0 and CONCESSION, which the published evidence drops like every row of 0 and 0.

SELECT
    pricing_owner.officer_id,
    priced_loan.loan_id,
    priced_loan.customer_id,
    priced_loan.loan_id AS key,
    CASE
        WHEN NOT priced_loan.is_concession AND priced_loan.rate >= priced_loan.min_rate
            THEN CAST(priced_loan.balance * pricing_owner.share AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    CASE
        WHEN NOT priced_loan.is_concession THEN CAST(priced_loan.balance * pricing_owner.share AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS denominator,
    CASE WHEN priced_loan.is_concession THEN 'CONCESSION' ELSE priced_loan.rule_code END AS rule_code
FROM priced_loan
JOIN pricing_owner ON pricing_owner.loan_id = priced_loan.loan_id
WHERE priced_loan.is_concession
   OR (priced_loan.min_rate IS NOT NULL AND priced_loan.balance IS NOT NULL)
