-- name: segment_mix
-- title: Shares of the segments and how far each may move | 分组占比及可调整范围
-- kind: base
-- keep: yes
-- grain: dimension, code
-- params: tilt_delta DOUBLE
-- source: portfolio tilt: one budget, one limit of risk, a box for every segment
-- edges: Dimensions of portfolio_segment but vintage, because loans of a past quarter cannot be paid out any more. Shares are those of the closing
--   balance over the segments that have both a risk-adjusted yield and a risk rate; the others, and those without a balance, have no row. Every share
--   may move by tilt_delta, not below 0 and not above 1. UNKNOWN, which nobody can steer, and the segments beyond the fifty largest of a dimension
--   keep theirs.

WITH known AS (
    SELECT
        dimension,
        code,
        closing_balance,
        risk_adjusted_yield AS return_rate,
        risk_rate,
        CAST(closing_balance AS DOUBLE) / CAST(sum(closing_balance) OVER (PARTITION BY dimension) AS DOUBLE) AS share_now,
        row_number() OVER (
            PARTITION BY dimension ORDER BY CASE WHEN code = 'UNKNOWN' THEN 1 ELSE 0 END, closing_balance DESC, code
        ) AS size_rank
    FROM portfolio_segment
    WHERE dimension <> 'vintage'
      AND closing_balance > 0
      AND risk_adjusted_yield IS NOT NULL
      AND risk_rate IS NOT NULL
),

bounded AS (
    SELECT
        dimension,
        code,
        closing_balance,
        return_rate,
        risk_rate,
        share_now,
        CASE WHEN code <> 'UNKNOWN' AND size_rank <= 50 THEN $tilt_delta ELSE CAST(0 AS DOUBLE) END AS room
    FROM known
)

SELECT
    dimension,
    code,
    closing_balance,
    return_rate,
    risk_rate,
    share_now,
    greatest(share_now - room, CAST(0 AS DOUBLE)) AS share_min,
    least(share_now + room, CAST(1 AS DOUBLE)) AS share_max
FROM bounded
