-- name: portfolio_concentration
-- title: Concentration of the book | 贷款集中度
-- kind: portfolio
-- grain: dimension
-- needs: loan_snapshot.status
-- source: Herfindahl-Hirschman index plain and normalised, concentration ratios, Gini (R package ineq)
-- edges: Principal of the ACTIVE loans of the closing snapshot by code of each dimension; codes without exposure do not count. Shares are those of the
--   loans that have a code: one code for all the others would be a concentration that does not exist, and each of them as its own
--   code one that may. unknown_exposure says how much is left out, and where it is large the figures say little. customer_group uses the
--   group of connected customers and, for a customer without one, the customer itself. A dimension appears only if at least one loan on the
--   book has a code (for customer_group a group). hhi is the plain sum of squared shares, hhi_normalised = (hhi - 1/n) / (1 - 1/n), empty
--   with NOT_APPLICABLE for a single code; effective_number = 1 / hhi; cr_k is the share of the k largest codes, 1 if there are fewer;
--   gini is of the exposures by code, not corrected for small n. top_code is the largest, the smaller code on a tie.

WITH closing AS (
    SELECT
        principal_balance,
        customer_id,
        group_id,
        industry_code,
        product_code,
        branch_id,
        region
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
),

coded AS (
    -- Every loan once per dimension.
    SELECT
        dimension.dimension,
        CASE dimension.dimension
            WHEN 'customer' THEN closing.customer_id
            WHEN 'customer_group' THEN coalesce(closing.group_id, closing.customer_id)
            WHEN 'industry' THEN closing.industry_code
            WHEN 'product' THEN closing.product_code
            WHEN 'branch' THEN closing.branch_id
            WHEN 'region' THEN closing.region
        END AS code,
        CASE WHEN dimension.dimension = 'customer_group' THEN closing.group_id IS NOT NULL ELSE TRUE END AS is_own_code,
        closing.principal_balance
    FROM closing
    CROSS JOIN (
        SELECT 'customer' AS dimension
        UNION ALL SELECT 'customer_group'
        UNION ALL SELECT 'industry'
        UNION ALL SELECT 'product'
        UNION ALL SELECT 'branch'
        UNION ALL SELECT 'region'
    ) AS dimension
),

code_exposure AS (
    SELECT
        dimension,
        code,
        sum(principal_balance) AS exposure,
        max(CASE WHEN code IS NOT NULL AND is_own_code THEN 1 ELSE 0 END) AS has_own_code
    FROM coded
    GROUP BY dimension, code
),

ranked AS (
    SELECT
        dimension,
        code,
        CAST(exposure AS DECIMAL(38,2)) AS exposure,
        has_own_code,
        row_number() OVER (PARTITION BY dimension, code IS NOT NULL AND exposure > 0 ORDER BY exposure DESC, code) AS size_rank,
        row_number() OVER (PARTITION BY dimension, code IS NOT NULL AND exposure > 0 ORDER BY exposure, code DESC) AS rank_from_below
    FROM code_exposure
),

measured AS (
    SELECT
        dimension,
        max(has_own_code) AS has_own_code,
        count(CASE WHEN code IS NOT NULL AND exposure > 0 THEN 1 END) AS n_codes,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 THEN exposure END) AS exposure,
        sum(CASE WHEN code IS NULL THEN exposure END) AS unknown_exposure,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 THEN exposure * exposure END) AS squared_exposure,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 THEN exposure * CAST(rank_from_below AS DECIMAL(20,0)) END) AS ranked_exposure,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 AND size_rank <= 1 THEN exposure END) AS largest_1,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 AND size_rank <= 5 THEN exposure END) AS largest_5,
        sum(CASE WHEN code IS NOT NULL AND exposure > 0 AND size_rank <= 10 THEN exposure END) AS largest_10,
        max(CASE WHEN code IS NOT NULL AND exposure > 0 AND size_rank = 1 THEN code END) AS top_code
    FROM ranked
    GROUP BY dimension
),

share AS (
    SELECT
        dimension,
        n_codes,
        exposure,
        coalesce(unknown_exposure, 0) AS unknown_exposure,
        CAST(squared_exposure AS DOUBLE) / (CAST(exposure AS DOUBLE) * CAST(exposure AS DOUBLE)) AS hhi,
        CAST(largest_1 AS DOUBLE) / CAST(exposure AS DOUBLE) AS cr_1,
        CAST(largest_5 AS DOUBLE) / CAST(exposure AS DOUBLE) AS cr_5,
        CAST(largest_10 AS DOUBLE) / CAST(exposure AS DOUBLE) AS cr_10,
        CAST(ranked_exposure AS DOUBLE) / CAST(exposure AS DOUBLE) AS mean_rank,
        top_code
    FROM measured
    WHERE has_own_code = 1
)

SELECT
    dimension,
    n_codes,
    CAST(exposure AS DECIMAL(18,2)) AS exposure,
    CAST(unknown_exposure AS DECIMAL(18,2)) AS unknown_exposure,
    hhi,
    CASE WHEN n_codes > 1 THEN (hhi - 1 / CAST(n_codes AS DOUBLE)) / (1 - 1 / CAST(n_codes AS DOUBLE)) END AS hhi_normalised,
    1 / hhi AS effective_number,
    cr_1,
    cr_5,
    cr_10,
    (2 * mean_rank - CAST(n_codes AS DOUBLE) - 1) / CAST(n_codes AS DOUBLE) AS gini,
    top_code,
    cr_1 AS top_share,
    CASE
        WHEN exposure IS NULL THEN 'NO_EXPOSURE'
        WHEN n_codes = 1 THEN 'NOT_APPLICABLE'
    END AS reason_code
FROM share
