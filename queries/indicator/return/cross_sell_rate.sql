-- name: cross_sell_rate
-- title: Further products sold per customer | 交叉销售率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: products per customer
-- owner: base: officers at the opening; sale: the officer named by the sale, else the officers of the customer on the day of the sale
-- needs: cross_sell.status, loan_snapshot.status
-- params: period_start DATE, period_end DATE, exclude_watch BOOLEAN, watch_validity_days INT
-- source: the article 交叉销售业绩
-- edges: Base: customers of customer_base but those who left at maturity. A sale of the period counts for a customer of the base unless it was cancelled in the
--   cooling-off span, the customer had defaulted on or before the day of the sale, or (with exclude_watch) stood on the RED watch list; one sale a customer and
--   category, the earliest, the smaller id on a tie. Every other sale of the period is listed with 0 and INELIGIBLE_SALE.

WITH base AS (
    SELECT DISTINCT customer_id
    FROM customer_base
    WHERE outcome <> 'MATURED'
),

defaulted AS (
    SELECT loan.customer_id, min(default_episode.default_date) AS default_date
    FROM default_episode
    JOIN loan ON loan.loan_id = default_episode.loan_id
    GROUP BY loan.customer_id
),

watched_sale AS (
    SELECT DISTINCT cross_sell.sale_id
    FROM cross_sell
    JOIN warning ON warning.customer_id = cross_sell.customer_id
    WHERE $exclude_watch
      AND warning.severity = 'RED'
      AND CAST(warning.issued_at AS DATE) > cross_sell.sale_date - CAST($watch_validity_days AS INT)
      AND CAST(warning.issued_at AS DATE) <= cross_sell.sale_date
      AND (warning.closed_at IS NULL OR CAST(warning.closed_at AS DATE) > cross_sell.sale_date)
),

sale AS (
    SELECT
        cross_sell.sale_id,
        cross_sell.customer_id,
        cross_sell.officer_id,
        cross_sell.product_category,
        cross_sell.sale_date,
        base.customer_id IS NOT NULL
            AND coalesce(cross_sell.status, 'ACTIVE') <> 'CANCELLED_COOLING_OFF'
            AND NOT coalesce(defaulted.default_date <= cross_sell.sale_date, FALSE)
            AND watched_sale.sale_id IS NULL AS may_count
    FROM cross_sell
    LEFT JOIN base ON base.customer_id = cross_sell.customer_id
    LEFT JOIN defaulted ON defaulted.customer_id = cross_sell.customer_id
    LEFT JOIN watched_sale ON watched_sale.sale_id = cross_sell.sale_id
    WHERE cross_sell.sale_date BETWEEN $period_start AND $period_end
),

ranked_sale AS (
    SELECT
        sale_id,
        customer_id,
        officer_id,
        may_count
            AND row_number() OVER (PARTITION BY customer_id, product_category, may_count ORDER BY sale_date, sale_id) = 1 AS counts
    FROM sale
)

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
    coalesce(ranked_sale.officer_id, customer_event_owner.officer_id) AS officer_id,
    ranked_sale.customer_id,
    ranked_sale.sale_id AS key,
    CASE WHEN ranked_sale.counts THEN coalesce(customer_event_owner.weight, CAST(1 AS DECIMAL(38,12))) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    CASE WHEN ranked_sale.counts THEN 'SALE' ELSE 'INELIGIBLE_SALE' END AS rule_code
FROM ranked_sale
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'SALE'
 AND customer_event_owner.event_id = ranked_sale.sale_id
 AND ranked_sale.officer_id IS NULL
