-- name: portfolio_tilt
-- title: Recommended shift between segments | 信贷组合调整建议
-- kind: portfolio
-- grain: dimension, code
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class, loan_snapshot.pd, loan_snapshot.lgd, payment.interest_paid
-- params: npl_cap DOUBLE
-- source: linear programme: most risk-adjusted yield under a limit of risk, a budget and a box for every segment
-- edges: A statistical recommendation, not a credit decision. share_best maximises the sum of share x return_rate while the shares add up to 1, the
--   sum of share x risk_rate is at most npl_cap and every share stays between share_min and share_max (segment_mix). Below the mix of most return the
--   best mix is a blend of two neighbours of efficient_mix. If even the mix of least risk is above the cap, it is the recommendation and is_feasible
--   is FALSE. shadow_price is the return that one unit more of tolerated risk would add, 0 where the cap does not bind and empty where it cannot be
--   met; cap_is_active tells whether it binds. active_bound says that the share stands at its MIN or MAX, or is FIXED. risk_now, return_now and
--   risk_best, return_best are those of the whole dimension and the same in all its rows. balance_change is the change of the share times the balance
--   of the dimension.

WITH safe_step AS (
    -- The boldest mix that keeps the cap; a billionth of a basis point is rounding.
    SELECT
        dimension,
        min(CASE WHEN risk <= $npl_cap + 0.0000000000001 THEN step END) AS first_step,
        max(step) AS last_step
    FROM efficient_mix
    GROUP BY dimension
),

pair AS (
    SELECT
        safe_step.dimension,
        safe_step.first_step IS NOT NULL AS is_feasible,
        safe.step AS safe_step,
        bold.step AS bold_step,
        CASE
            WHEN bold.step IS NULL THEN CAST(0 AS DOUBLE)
            ELSE greatest(CAST(0 AS DOUBLE), least(CAST(1 AS DOUBLE), ($npl_cap - safe.risk) / (bold.risk - safe.risk)))
        END AS bold_part,
        CASE
            WHEN safe_step.first_step IS NULL THEN CAST(NULL AS DOUBLE)
            WHEN bold.step IS NULL THEN CAST(0 AS DOUBLE)
            ELSE (bold.return_rate - safe.return_rate) / (bold.risk - safe.risk)
        END AS shadow_price
    FROM safe_step
    JOIN efficient_mix AS safe
      ON safe.dimension = safe_step.dimension
     AND safe.step = coalesce(safe_step.first_step, safe_step.last_step)
    LEFT JOIN efficient_mix AS bold
      ON bold.dimension = safe_step.dimension
     AND bold.step = safe_step.first_step - 1
),

blended AS (
    SELECT
        segment_mix.dimension,
        segment_mix.code,
        segment_mix.closing_balance,
        segment_mix.return_rate,
        segment_mix.risk_rate,
        segment_mix.share_now,
        segment_mix.share_min,
        segment_mix.share_max,
        pair.is_feasible,
        pair.bold_step IS NOT NULL AS cap_is_active,
        pair.shadow_price,
        CASE
            WHEN bold.share IS NULL THEN safe.share
            ELSE safe.share + pair.bold_part * (bold.share - safe.share)
        END AS share_best
    FROM segment_mix
    JOIN pair ON pair.dimension = segment_mix.dimension
    JOIN greedy_mix AS safe
      ON safe.dimension = segment_mix.dimension
     AND safe.code = segment_mix.code
     AND safe.step = pair.safe_step
    LEFT JOIN greedy_mix AS bold
      ON bold.dimension = segment_mix.dimension
     AND bold.code = segment_mix.code
     AND bold.step = pair.bold_step
),

summed AS (
    SELECT
        dimension,
        sum(closing_balance) AS balance,
        sum(CAST(share_now * risk_rate AS DECIMAL(38,18))) AS risk_now,
        sum(CAST(share_now * return_rate AS DECIMAL(38,18))) AS return_now,
        sum(CAST(share_best * risk_rate AS DECIMAL(38,18))) AS risk_best,
        sum(CAST(share_best * return_rate AS DECIMAL(38,18))) AS return_best
    FROM blended
    GROUP BY dimension
)

SELECT
    blended.dimension,
    blended.code,
    CAST(blended.closing_balance AS DECIMAL(18,2)) AS closing_balance,
    blended.return_rate,
    blended.risk_rate,
    blended.share_now,
    blended.share_min,
    blended.share_max,
    blended.share_best,
    blended.share_best - blended.share_now AS share_change,
    CAST((blended.share_best - blended.share_now) * CAST(summed.balance AS DOUBLE) AS DECIMAL(18,2)) AS balance_change,
    CASE
        WHEN blended.share_max - blended.share_min < 0.000000000001 THEN 'FIXED'
        WHEN blended.share_best - blended.share_min < 0.000000000001 THEN 'MIN'
        WHEN blended.share_max - blended.share_best < 0.000000000001 THEN 'MAX'
    END AS active_bound,
    $npl_cap AS cap,
    blended.is_feasible,
    blended.cap_is_active OR NOT blended.is_feasible AS cap_is_active,
    blended.shadow_price,
    CAST(summed.risk_now AS DOUBLE) AS risk_now,
    CAST(summed.risk_best AS DOUBLE) AS risk_best,
    CAST(summed.return_now AS DOUBLE) AS return_now,
    CAST(summed.return_best AS DOUBLE) AS return_best
FROM blended
JOIN summed ON summed.dimension = blended.dimension
