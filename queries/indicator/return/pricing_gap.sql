-- name: pricing_gap
-- title: Rate above the risk-adjusted minimum | 风险定价缺口
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio per year
-- owner: officers in the role ORIGINATOR on the day of pricing by share, without one those who hold the loan
-- needs: loan.interest_rate, loan_snapshot.pd, loan_snapshot.lgd, cost_allocation.opex
-- source: 银行贷后管理绩效考核 科学定价: sum of balance x (rate - min_rate) over balance
-- edges: The loans and balances of pricing_adequacy_rate, concessions with 0; negative where the rate is below min_rate.

SELECT
    pricing_owner.officer_id,
    priced_loan.loan_id,
    priced_loan.customer_id,
    priced_loan.loan_id AS key,
    CASE
        WHEN NOT priced_loan.is_concession
            THEN CAST(priced_loan.balance * pricing_owner.share * CAST(priced_loan.rate - priced_loan.min_rate AS DECIMAL(14,12)) AS DECIMAL(38,12))
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
