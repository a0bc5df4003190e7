-- name: eligible_sale
-- title: Sales of further products, and whether they count | 交叉销售及其是否计入
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, exclude_watch BOOLEAN, watch_validity_days INT
-- source: 银行贷后管理绩效考核 交叉销售业绩
-- edges: The sales of the period and those of the twelve months before it. A sale counts if its customer belongs to the base, it was not cancelled in the
--   cooling-off span, the customer had not defaulted on or before its day and (with exclude_watch) did not stand on the RED watch list that day, and no
--   complaint about it was found VALID; of such sales the earliest of a customer, category and period, the smaller id on a tie. Which sale a complaint is about
--   is not recorded: a VALID one that names no loan and whose incident (where no day is given, its receipt) falls on the day of the sale is taken to be about
--   the sales of that customer and day. Base: customers of customer_base but those who left at maturity. For an earlier sale, looked at only to claw back, it
--   is the customers with an ACTIVE performing and no ACTIVE non-performing loan on the last snapshot before the month, quarter or year of that sale; without
--   such a snapshot the sale does not count, and whoever left in that period stays in the base.

WITH sold AS (
    SELECT
        cross_sell.sale_id,
        cross_sell.customer_id,
        cross_sell.officer_id,
        cross_sell.product_category,
        cross_sell.sale_date,
        cross_sell.status,
        cross_sell.cancelled_on,
        cross_sell.income_12m,
        CAST(CASE
            WHEN cross_sell.sale_date >= $period_start THEN $period_start
            WHEN period_name.months = 1 THEN date_trunc('month', cross_sell.sale_date)
            WHEN period_name.months = 3 THEN date_trunc('quarter', cross_sell.sale_date)
            ELSE date_trunc('year', cross_sell.sale_date)
        END AS DATE) AS sold_in
    FROM cross_sell
    CROSS JOIN period_name
    WHERE cross_sell.sale_date <= $period_end
      AND cross_sell.sale_date >= $period_start - INTERVAL '12 months'
),

earlier AS (
    SELECT DISTINCT sold_in
    FROM sold
    WHERE sold_in < $period_start
),

reported AS (
    SELECT DISTINCT snapshot_date
    FROM loan_snapshot
    WHERE snapshot_date < $period_start
      AND (SELECT count(*) FROM earlier) > 0
),

opening AS (
    SELECT earlier.sold_in, max(reported.snapshot_date) AS open_date
    FROM earlier
    CROSS JOIN reported
    WHERE reported.snapshot_date < earlier.sold_in
    GROUP BY earlier.sold_in
),

base AS (
    SELECT DISTINCT customer_id, $period_start AS sold_in
    FROM customer_base
    WHERE outcome <> 'MATURED'
    UNION ALL
    SELECT loan_month.customer_id, opening.sold_in
    FROM opening
    JOIN loan_month ON loan_month.snapshot_date = opening.open_date
    WHERE loan_month.status = 'ACTIVE'
      AND loan_month.customer_id IS NOT NULL
    GROUP BY loan_month.customer_id, opening.sold_in
    HAVING NOT bool_or(coalesce(loan_month.is_npl, FALSE))
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
      AND warning.issued_on > cross_sell.sale_date - CAST($watch_validity_days AS INT)
      AND warning.issued_on <= cross_sell.sale_date
      AND (warning.closed_at IS NULL OR CAST(warning.closed_at AS DATE) > cross_sell.sale_date)
),

complained_sale AS (
    SELECT DISTINCT cross_sell.sale_id
    FROM complaint
    JOIN cross_sell
      ON cross_sell.customer_id = complaint.customer_id
     AND cross_sell.sale_date = complaint.incident_date
    WHERE complaint.disposition = 'VALID'
      AND complaint.loan_id IS NULL
),

judged AS (
    SELECT
        sold.sale_id,
        sold.customer_id,
        sold.officer_id,
        sold.product_category,
        sold.sale_date,
        sold.status,
        sold.cancelled_on,
        sold.income_12m,
        sold.sold_in,
        base.customer_id IS NOT NULL
            AND coalesce(sold.status, 'ACTIVE') <> 'CANCELLED_COOLING_OFF'
            AND NOT coalesce(defaulted.default_date <= sold.sale_date, FALSE)
            AND watched_sale.sale_id IS NULL
            AND complained_sale.sale_id IS NULL AS may_count
    FROM sold
    LEFT JOIN base ON base.customer_id = sold.customer_id AND base.sold_in = sold.sold_in
    LEFT JOIN defaulted ON defaulted.customer_id = sold.customer_id
    LEFT JOIN watched_sale ON watched_sale.sale_id = sold.sale_id
    LEFT JOIN complained_sale ON complained_sale.sale_id = sold.sale_id
)

SELECT
    sale_id,
    customer_id,
    officer_id,
    product_category,
    sale_date,
    status,
    cancelled_on,
    income_12m,
    may_count
        AND row_number() OVER (PARTITION BY customer_id, product_category, sold_in, may_count ORDER BY sale_date, sale_id) = 1 AS counts
FROM judged
