-- name: customer_churn_rate
-- title: Customer churn | 客户流失率
-- kind: indicator
-- dimension: CUSTOMER
-- better: lower
-- unit: ratio
-- aggregate: share
-- owner: officers at the opening, the mean of their shares of the customer's performing loans
-- needs: loan_snapshot.status
-- source: 银行贷后管理绩效考核 客户流失率, payoff to another bank included
-- edges: Customers of customer_base, those who left with their loans at maturity and those whose leaving is not confirmed yet taken out.

SELECT
    officer_id,
    customer_id,
    customer_id AS key,
    CASE WHEN outcome = 'CHURNED' THEN weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    weight AS denominator
FROM customer_base_owner
WHERE outcome IN ('STAYED', 'CHURNED')
