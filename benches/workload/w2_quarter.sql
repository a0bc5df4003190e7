WITH quarter AS (
    SELECT
        branch_id,
        industry_code,
        product_code,
        sum(CASE WHEN snapshot_date = DATE '{M0}' THEN CAST(balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS b0,
        sum(CASE WHEN snapshot_date = DATE '{M1}' THEN CAST(balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS b1,
        sum(CASE WHEN snapshot_date = DATE '{M2}' THEN CAST(balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS b2,
        sum(CASE WHEN snapshot_date = DATE '{M3}' THEN CAST(balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS b3,
        sum(CASE WHEN snapshot_date = DATE '{M0}' THEN CAST(npl_balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS p0,
        sum(CASE WHEN snapshot_date = DATE '{M3}' THEN CAST(npl_balance AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS p3,
        CAST(sum(npl_balance) AS DOUBLE) / CAST(sum(balance) AS DOUBLE) AS npl_ratio_avg
    FROM segment
    GROUP BY branch_id, industry_code, product_code
)

SELECT
    branch_id,
    industry_code,
    product_code,
    (b0 / 2 + b1 + b2 + b3 / 2) / 3 AS avg_balance,
    npl_ratio_avg,
    CASE WHEN b0 > 0 THEN b3 / b0 - 1 END AS growth,
    CASE WHEN b0 > 0 AND b3 > 0 THEN p3 / b3 - p0 / b0 END AS d_npl_ratio
FROM quarter
