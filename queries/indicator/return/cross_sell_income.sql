-- name: cross_sell_income
-- title: Income of further products sold | 交叉销售收入
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: amount
-- aggregate: sum
-- owner: the officer named by the sale, else the officers of the customer on the day of the sale, also for what is clawed back
-- needs: cross_sell.income_12m, cross_sell.status, loan_snapshot.status
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 交叉销售业绩
-- edges: Net income of the first twelve months of the sales of the period that count (eligible_sale), negative where it is; an unknown income counts 0. A
--   sale that counted and was cancelled in the period, on or before the same day of the next year, is taken back in full in a row of its own, whether it was
--   made in the period or before. CANCELLED without a day is taken back if the sale was made in the period, else not. A cancellation after the period does not
--   count yet. Every sale of the period that does not count is listed with 0 and INELIGIBLE_SALE.

WITH entry AS (
    SELECT
        sale_id,
        customer_id,
        officer_id,
        CASE WHEN counts THEN coalesce(income_12m, 0) ELSE 0 END AS income,
        CASE WHEN counts THEN 'SALE' ELSE 'INELIGIBLE_SALE' END AS rule_code
    FROM eligible_sale
    WHERE sale_date BETWEEN $period_start AND $period_end
    UNION ALL
    SELECT
        sale_id,
        customer_id,
        officer_id,
        -coalesce(income_12m, 0) AS income,
        'CLAWBACK' AS rule_code
    FROM eligible_sale
    WHERE counts
      AND (
          (cancelled_on BETWEEN $period_start AND $period_end AND cancelled_on <= sale_date + INTERVAL '12 months')
          OR (cancelled_on IS NULL AND status = 'CANCELLED' AND sale_date >= $period_start)
      )
)

SELECT
    coalesce(entry.officer_id, customer_event_owner.officer_id) AS officer_id,
    entry.customer_id,
    entry.sale_id AS key,
    CAST(CAST(entry.income AS DECIMAL(20,2)) * CAST(coalesce(customer_event_owner.weight, 1) AS DECIMAL(14,12)) AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    entry.rule_code
FROM entry
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'SALE'
 AND customer_event_owner.event_id = entry.sale_id
 AND entry.officer_id IS NULL
