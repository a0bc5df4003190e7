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
    -- Terms as decimals: a running sum of doubles may be taken from the far end and leaves a residue, even a negative variance.
    SELECT
        split,
        code,
        days,
        at_risk,
        defaults >= at_risk AS is_extinct,
        CAST(CASE WHEN defaults < at_risk THEN ln(1 - defaults / at_risk) ELSE 0 END AS DECIMAL(38,20)) AS log_survival,
        CAST(CASE WHEN defaults < at_risk THEN defaults / (at_risk * (at_risk - defaults)) ELSE 0 END AS DECIMAL(38,20)) AS spread
    FROM exposed
),

read AS (
    SELECT
        split,
        code,
        max(at_risk) AS at_risk,
        coalesce(bool_or(is_extinct) FILTER (WHERE days < CAST($lead_days AS INT)), FALSE) AS is_extinct_early,
        coalesce(bool_or(is_extinct) FILTER (WHERE days <= CAST($horizon_days AS INT)), FALSE) AS is_extinct_late,
        CAST(coalesce(sum(log_survival) FILTER (WHERE days < CAST($lead_days AS INT)), 0) AS DOUBLE) AS log_early,
        CAST(coalesce(sum(log_survival) FILTER (WHERE days >= CAST($lead_days AS INT) AND days <= CAST($horizon_days AS INT)), 0) AS DOUBLE) AS log_between,
        CAST(coalesce(sum(spread) FILTER (WHERE days < CAST($lead_days AS INT)), 0) AS DOUBLE) AS spread_early,
        CAST(coalesce(sum(spread) FILTER (WHERE days >= CAST($lead_days AS INT) AND days <= CAST($horizon_days AS INT)), 0) AS DOUBLE) AS spread_between
    FROM stepped
    GROUP BY split, code
),

survived AS (
    SELECT
        split,
        code,
        at_risk,
        CASE WHEN is_extinct_early THEN 0 ELSE exp(log_early) END AS early,
        CASE WHEN is_extinct_late THEN 0 ELSE exp(log_between) END AS kept,
        spread_early,
        spread_between
    FROM read
)

SELECT
    split,
    code,
    at_risk,
    early * (1 - kept) AS value,
    early * early * ((1 - kept) * (1 - kept) * spread_early + kept * kept * spread_between) AS variance
FROM survived
