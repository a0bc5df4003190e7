-- name: alert_survival
-- title: Precision by survival, censoring respected | 生存法预警准确率
-- kind: base
-- params: lead_days INT, horizon_days INT
-- source: Kaplan and Meier (1958); Greenwood (1926)
-- edges: Per split and code S(lead_days - 1) - S(horizon_days): the chance that a default follows the last warning no sooner than lead_days and no later than horizon_days after it. All alerts but
--   FP_MITIGATED and excluded warnings; defaults come before censoring on the same day. An alert whose last warning came too late is an early failure here although an earlier warning of it may make it TP, so
--   the value can lie below that of mature_cohort. variance by Greenwood: with S1 = S(lead_days - 1), Q = S(horizon_days) / S1 and G the sums of d / (n (n - d)) on either side,
--   S1^2 ((1 - Q)^2 G1 + Q^2 G2). at_risk is the weight of the alerts. Fractional weights (shares of officers) count as fractions of an alert.

WITH by_day AS (
    SELECT
        split,
        code,
        days,
        sum(weight) AS leaving,
        coalesce(sum(weight) FILTER (WHERE is_default), 0) AS defaults
    FROM alert_cell
    WHERE days IS NOT NULL
    GROUP BY split, code, days
),

exposed AS (
    SELECT
        split,
        code,
        days,
        CAST(defaults AS DOUBLE) AS defaults,
        CAST(sum(leaving) OVER (PARTITION BY split, code ORDER BY days DESC ROWS UNBOUNDED PRECEDING) AS DOUBLE) AS at_risk
    FROM by_day
),

stepped AS (
    -- The window adds in the order of days, so that the last digit does not depend on threads.
    SELECT
        split,
        code,
        days,
        at_risk,
        max(CASE WHEN defaults >= at_risk THEN 1 ELSE 0 END) OVER through AS is_extinct,
        sum(CASE WHEN defaults < at_risk THEN ln(1 - defaults / at_risk) ELSE 0 END) OVER through AS log_survival,
        sum(CASE WHEN defaults < at_risk THEN defaults / (at_risk * (at_risk - defaults)) ELSE 0 END) OVER through AS spread
    FROM exposed
    WINDOW through AS (PARTITION BY split, code ORDER BY days ROWS UNBOUNDED PRECEDING)
),

read AS (
    SELECT
        split,
        code,
        max(at_risk) AS at_risk,
        coalesce(max(is_extinct) FILTER (WHERE days < CAST($lead_days AS INT)), 0) AS is_extinct_early,
        coalesce(min(log_survival) FILTER (WHERE days < CAST($lead_days AS INT)), 0) AS log_early,
        coalesce(max(spread) FILTER (WHERE days < CAST($lead_days AS INT)), 0) AS spread_early,
        coalesce(max(is_extinct) FILTER (WHERE days <= CAST($horizon_days AS INT)), 0) AS is_extinct_late,
        coalesce(min(log_survival) FILTER (WHERE days <= CAST($horizon_days AS INT)), 0) AS log_late,
        coalesce(max(spread) FILTER (WHERE days <= CAST($horizon_days AS INT)), 0) AS spread_late
    FROM stepped
    GROUP BY split, code
),

survived AS (
    SELECT
        split,
        code,
        at_risk,
        CASE WHEN is_extinct_early = 1 THEN 0 ELSE exp(log_early) END AS early,
        CASE WHEN is_extinct_late = 1 THEN 0 ELSE exp(log_late) END AS late,
        CASE WHEN is_extinct_late = 1 THEN 0 ELSE exp(log_late - log_early) END AS kept,
        spread_early,
        spread_late - spread_early AS spread_between
    FROM read
)

SELECT
    split,
    code,
    at_risk,
    early - late AS value,
    early * early * ((1 - kept) * (1 - kept) * spread_early + kept * kept * spread_between) AS variance
FROM survived
