-- name: portfolio_lgd_average
-- title: Realised loss given default on average | 平均违约损失率（清收实测）
-- kind: portfolio
-- grain: dimension, code
-- needs: payment.principal_paid
-- source: workout LGD: averages over resolved workouts, with the share that is resolved beside them (EBA/GL/2017/16)
-- edges: Episodes of portfolio_lgd by dimension: bank (code BANK), resolution (OPEN for what is not resolved), default_year, and industry, product,
--   region, size_band, customer_type and branch of the loan (UNKNOWN without a code; a dimension no loan has a code of is left out). value is the
--   exposure-weighted mean: numerator the sum of ead x lgd, denominator the sum of ead, over the n_measured episodes that have an lgd. mean_lgd
--   counts every episode once; mean_lgd_clipped the same with each lgd kept between 0 and 1, n_clipped tells how many were outside. resolved_share is
--   the resolved episodes over all. Without a measured episode the means are NULL with NO_EXPOSURE.

WITH described AS (
    SELECT
        'BANK' AS bank,
        CASE WHEN portfolio_lgd.is_resolved THEN coalesce(portfolio_lgd.resolution, 'UNKNOWN') ELSE 'OPEN' END AS resolution,
        CAST(date_part('year', portfolio_lgd.default_date) AS VARCHAR) AS default_year,
        coalesce(loan_segment.industry, 'UNKNOWN') AS industry,
        coalesce(loan_segment.product, 'UNKNOWN') AS product,
        coalesce(loan_segment.region, 'UNKNOWN') AS region,
        coalesce(loan_segment.size_band, 'UNKNOWN') AS size_band,
        coalesce(loan_segment.customer_type, 'UNKNOWN') AS customer_type,
        coalesce(loan_segment.branch, 'UNKNOWN') AS branch,
        portfolio_lgd.loan_id,
        portfolio_lgd.is_resolved,
        portfolio_lgd.ead,
        CAST(portfolio_lgd.lgd AS DECIMAL(38,18)) AS lgd,
        CASE
            WHEN portfolio_lgd.lgd IS NOT NULL
                THEN CAST(portfolio_lgd.ead AS DECIMAL(38,12)) - portfolio_lgd.recovery_pv - portfolio_lgd.residual_pv + portfolio_lgd.cost_pv
        END AS loss
    FROM portfolio_lgd
    LEFT JOIN loan_segment ON loan_segment.loan_id = portfolio_lgd.loan_id
),

summed AS (
    SELECT
        CASE
            WHEN grouping(bank) = 0 THEN 'bank'
            WHEN grouping(resolution) = 0 THEN 'resolution'
            WHEN grouping(default_year) = 0 THEN 'default_year'
            WHEN grouping(industry) = 0 THEN 'industry'
            WHEN grouping(product) = 0 THEN 'product'
            WHEN grouping(region) = 0 THEN 'region'
            WHEN grouping(size_band) = 0 THEN 'size_band'
            WHEN grouping(customer_type) = 0 THEN 'customer_type'
            ELSE 'branch'
        END AS dimension,
        coalesce(bank, resolution, default_year, industry, product, region, size_band, customer_type, branch) AS code,
        count(DISTINCT loan_id) AS n_loans,
        count(*) AS n_episodes,
        count(CASE WHEN is_resolved THEN 1 END) AS n_resolved,
        count(lgd) AS n_measured,
        sum(loss) AS loss,
        sum(CASE WHEN lgd IS NOT NULL THEN ead END) AS ead,
        sum(lgd) AS lgd,
        sum(CASE WHEN lgd < 0 THEN 0 WHEN lgd > 1 THEN 1 ELSE lgd END) AS lgd_clipped,
        count(CASE WHEN lgd < 0 OR lgd > 1 THEN 1 END) AS n_clipped
    FROM described
    GROUP BY GROUPING SETS (
        (bank), (resolution), (default_year), (industry), (product), (region), (size_band), (customer_type), (branch)
    )
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
    n_episodes,
    n_resolved,
    n_measured,
    CAST(n_resolved AS DOUBLE) / CAST(n_episodes AS DOUBLE) AS resolved_share,
    CAST(coalesce(loss, 0) AS DECIMAL(38,12)) AS numerator,
    CAST(coalesce(ead, 0) AS DECIMAL(38,12)) AS denominator,
    CASE WHEN n_measured > 0 THEN CAST(loss AS DOUBLE) / CAST(ead AS DOUBLE) END AS value,
    CASE WHEN n_measured > 0 THEN CAST(lgd AS DOUBLE) / CAST(n_measured AS DOUBLE) END AS mean_lgd,
    CASE WHEN n_measured > 0 THEN CAST(lgd_clipped AS DOUBLE) / CAST(n_measured AS DOUBLE) END AS mean_lgd_clipped,
    n_clipped,
    CASE WHEN n_measured = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM coded
WHERE has_codes = 1
