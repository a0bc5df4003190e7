-- name: portfolio_segment
-- title: Risk and return by segment | 分组风险与收益
-- kind: portfolio
-- grain: dimension, code
-- needs: loan_snapshot.status
-- source: risk_adjusted_yield and npl_ratio over the loans of a segment, whoever holds them
-- edges: Dimensions industry, product, region, size_band, customer_type, branch and vintage (quarter of origination); UNKNOWN for loans without a code, and a dimension no loan has a code of is left out.
--   avg_balance is the chronological mean, 0 for a loan off the book on a date. The three rates are NULL where it is 0, npl_ratio where the closing balance is.

WITH loan_figure AS (
    -- What every loan adds, from the evidence of the bank's own indicators.
    SELECT
        loan_id,
        sum(CASE WHEN rule_code = 'INTEREST' THEN numerator ELSE CAST(0 AS DECIMAL(38,12)) END) AS interest,
        sum(CASE WHEN rule_code = 'EXPECTED_LOSS' THEN -numerator ELSE CAST(0 AS DECIMAL(38,12)) END) AS expected_loss,
        sum(numerator) AS risk_adjusted,
        sum(denominator) AS avg_balance
    FROM risk_adjusted_yield
    GROUP BY loan_id
),

closing AS (
    SELECT
        loan_id,
        principal_balance,
        CASE WHEN is_npl THEN principal_balance ELSE CAST(0 AS DECIMAL(18,2)) END AS npl_balance
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
),

described AS (
    SELECT
        coalesce(loan.industry_code, 'UNKNOWN') AS industry,
        coalesce(loan.product_code, 'UNKNOWN') AS product,
        coalesce(customer.region, 'UNKNOWN') AS region,
        coalesce(customer.size_band, 'UNKNOWN') AS size_band,
        coalesce(customer.customer_type, 'UNKNOWN') AS customer_type,
        coalesce(loan.branch_id, 'UNKNOWN') AS branch,
        coalesce(concat(CAST(date_part('year', loan.origination_date) AS VARCHAR), 'Q', CAST(date_part('quarter', loan.origination_date) AS VARCHAR)), 'UNKNOWN') AS vintage,
        coalesce(loan_figure.interest, CAST(0 AS DECIMAL(38,12))) AS interest,
        coalesce(loan_figure.expected_loss, CAST(0 AS DECIMAL(38,12))) AS expected_loss,
        coalesce(loan_figure.risk_adjusted, CAST(0 AS DECIMAL(38,12))) AS risk_adjusted,
        coalesce(loan_figure.avg_balance, CAST(0 AS DECIMAL(38,12))) AS avg_balance,
        coalesce(closing.principal_balance, CAST(0 AS DECIMAL(18,2))) AS closing_balance,
        coalesce(closing.npl_balance, CAST(0 AS DECIMAL(18,2))) AS npl_balance
    FROM loan
    LEFT JOIN customer ON customer.customer_id = loan.customer_id
    LEFT JOIN loan_figure ON loan_figure.loan_id = loan.loan_id
    LEFT JOIN closing ON closing.loan_id = loan.loan_id
    WHERE loan_figure.loan_id IS NOT NULL
       OR closing.loan_id IS NOT NULL
),

summed AS (
    SELECT
        CASE
            WHEN grouping(industry) = 0 THEN 'industry'
            WHEN grouping(product) = 0 THEN 'product'
            WHEN grouping(region) = 0 THEN 'region'
            WHEN grouping(size_band) = 0 THEN 'size_band'
            WHEN grouping(customer_type) = 0 THEN 'customer_type'
            WHEN grouping(branch) = 0 THEN 'branch'
            ELSE 'vintage'
        END AS dimension,
        coalesce(industry, product, region, size_band, customer_type, branch, vintage) AS code,
        count(*) AS n_loans,
        sum(avg_balance) AS avg_balance,
        sum(closing_balance) AS closing_balance,
        sum(npl_balance) AS npl_balance,
        sum(interest) AS interest,
        sum(expected_loss) AS expected_loss,
        sum(risk_adjusted) AS risk_adjusted
    FROM described
    GROUP BY GROUPING SETS ((industry), (product), (region), (size_band), (customer_type), (branch), (vintage))
),

coded AS (
    SELECT
        *,
        max(CASE WHEN code <> 'UNKNOWN' THEN 1 ELSE 0 END) OVER (PARTITION BY dimension) AS has_codes
    FROM summed
)

SELECT
    dimension,
    code,
    n_loans,
    CAST(avg_balance AS DECIMAL(38,12)) AS avg_balance,
    CAST(closing_balance AS DECIMAL(38,2)) AS closing_balance,
    CAST(npl_balance AS DECIMAL(38,2)) AS npl_balance,
    CASE WHEN closing_balance > 0 THEN CAST(npl_balance AS DOUBLE) / CAST(closing_balance AS DOUBLE) END AS npl_ratio,
    CASE WHEN avg_balance > 0 THEN CAST(interest AS DOUBLE) / CAST(avg_balance AS DOUBLE) END AS gross_yield,
    CASE WHEN avg_balance > 0 THEN CAST(expected_loss AS DOUBLE) / CAST(avg_balance AS DOUBLE) END AS el_rate,
    CASE WHEN avg_balance > 0 THEN CAST(risk_adjusted AS DOUBLE) / CAST(avg_balance AS DOUBLE) END AS risk_adjusted_yield
FROM coded
WHERE has_codes = 1
