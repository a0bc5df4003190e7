-- name: portfolio_metric
-- title: Portfolio metrics | 资产组合指标
-- kind: portfolio
-- grain: metric_id
-- needs: loan_snapshot.status
-- params: period_start DATE, period_end DATE
-- source: 银保监 risk core indicators; CGAP and MIX portfolio at risk; Herfindahl-Hirschman index
-- edges: ACTIVE loans of the closing snapshot, the whole book, no owners involved. All thirteen rows are always there. Without a snapshot in the period
--   every value is NULL with MISSING_INPUT. A metric is NULL with MISSING_INPUT also where no loan on the book has the column it needs (days
--   past due, class, past-due principal, industry, customer) and, for npl_ratio_with_writeoff, where the indicator of that name misses its input. A zero
--   denominator gives NULL with NO_EXPOSURE. total_balance and npl_balance have denominator 1.
--   par_30_incl_restructured adds every loan on the book that ever had a RESTRUCTURE event up to the period end, each loan once. arrears_rate is
--   past-due principal over balance. Write-offs of the period are net of reversals of the period, per loan not below 0. The two
--   hhi rows use the loans that have a code: numerator = sum of squared exposures / exposure (the exposure-weighted mean exposure),
--   denominator = exposure, so that their quotient is the index. cr10_customer is the share of the ten largest customers.

WITH closing AS (
    SELECT
        loan_month.loan_id,
        loan_month.principal_balance,
        loan_month.pastdue_principal_amount,
        loan_month.days_past_due,
        loan_month.is_npl,
        loan_month.customer_id,
        loan_month.industry_code
    FROM loan_month
    WHERE loan_month.snapshot_date = (SELECT close_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

restructured_loan AS (
    SELECT DISTINCT loan_id
    FROM loan_event
    WHERE event_type = 'RESTRUCTURE'
      AND event_date <= $period_end
),

book AS (
    SELECT
        count(*) AS n_loans,
        count(closing.days_past_due) AS n_with_dpd,
        count(closing.is_npl) AS n_with_class,
        count(closing.pastdue_principal_amount) AS n_with_pastdue,
        coalesce(sum(closing.principal_balance), 0) AS balance,
        coalesce(sum(CASE WHEN closing.is_npl THEN closing.principal_balance END), 0) AS npl_balance,
        coalesce(sum(CASE WHEN closing.days_past_due > 0 THEN closing.principal_balance END), 0) AS overdue_balance,
        coalesce(sum(CASE WHEN closing.days_past_due > 30 THEN closing.principal_balance END), 0) AS over_30_balance,
        coalesce(sum(CASE WHEN closing.days_past_due > 30 OR restructured_loan.loan_id IS NOT NULL THEN closing.principal_balance END), 0)
            AS over_30_or_restructured_balance,
        coalesce(sum(CASE WHEN closing.days_past_due > 90 THEN closing.principal_balance END), 0) AS over_90_balance,
        coalesce(sum(closing.pastdue_principal_amount), 0) AS pastdue_principal
    FROM closing
    LEFT JOIN restructured_loan ON restructured_loan.loan_id = closing.loan_id
),

write_off_by_loan AS (
    SELECT
        loan_event.loan_id,
        greatest(
            sum(CASE WHEN loan_event.event_type = 'WRITE_OFF' THEN coalesce(loan_event.amount, 0) ELSE 0 END)
            - sum(CASE WHEN loan_event.event_type = 'WRITE_OFF_REVERSAL' THEN coalesce(loan_event.amount, 0) ELSE 0 END),
            0
        ) AS amount
    FROM loan_event
    JOIN loan ON loan.loan_id = loan_event.loan_id
    WHERE loan_event.event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL')
      AND loan_event.event_date BETWEEN $period_start AND $period_end
    GROUP BY loan_event.loan_id
),

written_off AS (
    SELECT coalesce(sum(amount), 0) AS amount
    FROM write_off_by_loan
),

customer_exposure AS (
    SELECT
        customer_id,
        sum(principal_balance) AS exposure,
        row_number() OVER (ORDER BY sum(principal_balance) DESC, customer_id) AS size_rank
    FROM closing
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),

customer_concentration AS (
    SELECT
        count(*) AS n_codes,
        sum(exposure) AS exposure,
        sum(CASE WHEN size_rank <= 10 THEN exposure END) AS largest_ten,
        sum(CAST(exposure AS DECIMAL(38,2)) * CAST(exposure AS DECIMAL(38,2))) AS squared_exposure
    FROM customer_exposure
),

industry_exposure AS (
    SELECT
        industry_code,
        sum(principal_balance) AS exposure
    FROM closing
    WHERE industry_code IS NOT NULL
    GROUP BY industry_code
),

industry_concentration AS (
    SELECT
        count(*) AS n_codes,
        sum(exposure) AS exposure,
        sum(CAST(exposure AS DECIMAL(38,2)) * CAST(exposure AS DECIMAL(38,2))) AS squared_exposure
    FROM industry_exposure
),

figure AS (
    -- Everything in one row.
    SELECT
        reporting_date.close_date IS NOT NULL AS has_close,
        book.n_loans,
        book.n_with_dpd,
        book.n_with_class,
        book.n_with_pastdue,
        CAST(book.balance AS DECIMAL(38,12)) AS balance,
        CAST(book.npl_balance AS DECIMAL(38,12)) AS npl_balance,
        CAST(book.overdue_balance AS DECIMAL(38,12)) AS overdue_balance,
        CAST(book.over_30_balance AS DECIMAL(38,12)) AS over_30_balance,
        CAST(book.over_30_or_restructured_balance AS DECIMAL(38,12)) AS over_30_or_restructured_balance,
        CAST(book.over_90_balance AS DECIMAL(38,12)) AS over_90_balance,
        CAST(book.pastdue_principal AS DECIMAL(38,12)) AS pastdue_principal,
        CAST(written_off.amount AS DECIMAL(38,12)) AS written_off,
        (SELECT count(*) FROM indicator WHERE indicator_id = 'npl_ratio_with_writeoff' AND missing_input IS NOT NULL) = 0
            AS has_write_offs,
        industry_concentration.n_codes AS n_industries,
        CAST(industry_concentration.exposure AS DECIMAL(38,12)) AS industry_exposure,
        CAST(CASE WHEN industry_concentration.exposure <> 0 THEN
            CAST(industry_concentration.squared_exposure AS DOUBLE) / CAST(industry_concentration.exposure AS DOUBLE)
        END AS DECIMAL(38,12)) AS industry_mean_exposure,
        customer_concentration.n_codes AS n_customers,
        CAST(customer_concentration.exposure AS DECIMAL(38,12)) AS customer_exposure,
        CAST(CASE WHEN customer_concentration.exposure <> 0 THEN
            CAST(customer_concentration.squared_exposure AS DOUBLE) / CAST(customer_concentration.exposure AS DOUBLE)
        END AS DECIMAL(38,12)) AS customer_mean_exposure,
        CAST(customer_concentration.largest_ten AS DECIMAL(38,12)) AS largest_ten
    FROM book
    CROSS JOIN written_off
    CROSS JOIN customer_concentration
    CROSS JOIN industry_concentration
    CROSS JOIN reporting_date
),

metric AS (
    SELECT 'total_balance' AS metric_id, n_loans, balance AS numerator, CAST(1 AS DECIMAL(38,12)) AS denominator,
        has_close AS is_known
    FROM figure
    UNION ALL
    SELECT 'npl_balance', n_loans, npl_balance, CAST(1 AS DECIMAL(38,12)), has_close AND (n_with_class > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'npl_ratio', n_loans, npl_balance, balance, has_close AND (n_with_class > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'npl_ratio_with_writeoff', n_loans, npl_balance + written_off, balance + written_off,
        has_close AND has_write_offs AND (n_with_class > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'overdue_ratio', n_loans, overdue_balance, balance, has_close AND (n_with_dpd > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'par_30', n_loans, over_30_balance, balance, has_close AND (n_with_dpd > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'par_30_incl_restructured', n_loans, over_30_or_restructured_balance, balance,
        has_close AND (n_with_dpd > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'par_90', n_loans, over_90_balance, balance, has_close AND (n_with_dpd > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'arrears_rate', n_loans, pastdue_principal, balance, has_close AND (n_with_pastdue > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'classification_deviation', n_loans, over_90_balance, npl_balance,
        has_close AND ((n_with_dpd > 0 AND n_with_class > 0) OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'hhi_industry', n_loans, industry_mean_exposure, industry_exposure, has_close AND (n_industries > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'hhi_customer', n_loans, customer_mean_exposure, customer_exposure, has_close AND (n_customers > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'cr10_customer', n_loans, largest_ten, customer_exposure, has_close AND (n_customers > 0 OR n_loans = 0)
    FROM figure
)

SELECT
    metric_id,
    n_loans,
    CASE WHEN is_known THEN numerator END AS numerator,
    CASE WHEN is_known THEN denominator END AS denominator,
    CASE
        -- Amounts have two digits; casting from twelve would lose the last bit of a DOUBLE.
        WHEN is_known AND denominator = 1 THEN CAST(CAST(numerator AS DECIMAL(38,2)) AS DOUBLE)
        WHEN is_known AND denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE)
    END AS value,
    CASE
        WHEN NOT is_known THEN 'MISSING_INPUT'
        WHEN denominator IS NULL OR denominator = 0 THEN 'NO_EXPOSURE'
    END AS reason_code
FROM metric
