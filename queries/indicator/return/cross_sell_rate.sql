-- name: cross_sell_rate
-- title: Further products sold per customer | 交叉销售率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: products per customer
-- owner: base: officers at the opening; sale: the officer named by the sale, else the officers of the customer on the day of the sale
-- needs: cross_sell.status, loan_snapshot.status
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 交叉销售业绩
-- edges: Base: customers of customer_base but those who left at maturity. The sales of the period that count are those of eligible_sale; one cancelled after the
--   cooling-off span stays a sale. Every other sale of the period is listed with 0 and INELIGIBLE_SALE.

SELECT
    officer_id,
    customer_id,
    customer_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    weight AS denominator,
    'BASE' AS rule_code
FROM customer_base_owner
WHERE outcome <> 'MATURED'
UNION ALL
SELECT
    coalesce(eligible_sale.officer_id, customer_event_owner.officer_id) AS officer_id,
    eligible_sale.customer_id,
    eligible_sale.sale_id AS key,
    CASE WHEN eligible_sale.counts THEN coalesce(customer_event_owner.weight, CAST(1 AS DECIMAL(38,12))) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    CASE WHEN eligible_sale.counts THEN 'SALE' ELSE 'INELIGIBLE_SALE' END AS rule_code
FROM eligible_sale
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'SALE'
 AND customer_event_owner.event_id = eligible_sale.sale_id
 AND eligible_sale.officer_id IS NULL
WHERE eligible_sale.sale_date BETWEEN $period_start AND $period_end
