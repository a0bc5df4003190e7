-- name: portfolio_frontier
-- title: Efficient frontier of the segments | 风险收益有效前沿
-- kind: portfolio
-- grain: dimension, point
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class, loan_snapshot.pd, loan_snapshot.lgd, payment.interest_paid
-- source: the linear programme of portfolio_tilt, solved for a grid of caps
-- edges: Twenty-one caps at equal distances from the least risk that can be reached (point 0) to the risk of the mix of most return (point 20);
--   more tolerance adds nothing. Where both are equal only point 0 is there. return_rate is the most that can be had under the cap, shadow_price what
--   one unit more of the cap would add, 0 at the last point. risk_now and return_now are those of the present mix.

WITH range AS (
    SELECT
        dimension,
        min(risk) AS least_risk,
        max(CASE WHEN step = 0 THEN risk END) AS most_risk
    FROM efficient_mix
    GROUP BY dimension
),

capped AS (
    SELECT
        range.dimension,
        CAST(grid.value AS INT) AS point,
        CASE
            WHEN grid.value = 20 THEN range.most_risk
            ELSE range.least_risk + (range.most_risk - range.least_risk) * grid.value / 20
        END AS cap
    FROM range
    CROSS JOIN generate_series(0, 20) AS grid
    WHERE grid.value = 0
       OR range.most_risk - range.least_risk > 0.000000000001
),

solved AS (
    SELECT
        capped.dimension,
        capped.point,
        capped.cap,
        min(efficient_mix.step) AS safe_step
    FROM capped
    JOIN efficient_mix ON efficient_mix.dimension = capped.dimension
    WHERE efficient_mix.risk <= capped.cap + 0.0000000000001
    GROUP BY capped.dimension, capped.point, capped.cap
),

present AS (
    SELECT
        dimension,
        CAST(sum(CAST(share_now * risk_rate AS DECIMAL(38,18))) AS DOUBLE) AS risk_now,
        CAST(sum(CAST(share_now * return_rate AS DECIMAL(38,18))) AS DOUBLE) AS return_now
    FROM segment_mix
    GROUP BY dimension
)

SELECT
    solved.dimension,
    solved.point,
    solved.cap,
    CASE
        WHEN bold.step IS NULL THEN safe.return_rate
        ELSE safe.return_rate + greatest(CAST(0 AS DOUBLE), solved.cap - safe.risk) * (bold.return_rate - safe.return_rate) / (bold.risk - safe.risk)
    END AS return_rate,
    CASE
        WHEN bold.step IS NULL THEN CAST(0 AS DOUBLE)
        ELSE (bold.return_rate - safe.return_rate) / (bold.risk - safe.risk)
    END AS shadow_price,
    present.risk_now,
    present.return_now
FROM solved
JOIN efficient_mix AS safe ON safe.dimension = solved.dimension AND safe.step = solved.safe_step
LEFT JOIN efficient_mix AS bold ON bold.dimension = solved.dimension AND bold.step = solved.safe_step - 1
JOIN present ON present.dimension = solved.dimension
