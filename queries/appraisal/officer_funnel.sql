-- name: officer_funnel
-- title: Observed over expected bad loans with funnel limits | 实际与预期之比及漏斗限
-- kind: appraisal
-- needs: scheme
-- grain: indicator_id, officer_id
-- source: exact Poisson limits; over-dispersion after Spiegelhalter (2005), winsorised at the 0.1 and 0.9 quantiles
-- edges: Indicators with case_mix, officers with loans in them; UNASSIGNED is nobody. ratio is observed over expected, empty where nothing is expected. Limits of the ratio of an officer whose loans do as such loans do in the bank:
--   lower_95 and upper_95, lower_998 and upper_998, exact for the Poisson distribution. z = sqrt(E) ln(O/E) of the officers with O above 0; dispersion is the mean of the squares of the winsorised z, tau_squared the
--   variance between officers beyond chance, 0 with fewer than two such officers. Where it is above 0 and O is above 0 the 95 % limits that count (lower_limit, upper_limit) are exp(-+ z sqrt(1/E + tau_squared)), else the exact ones.
--   within_limits: the ratio lies on or between them. Without any bad loan the ratio is 0, below every lower limit; it counts as outside only where that itself has a chance below 2.5 %, exp(-E) < 0.025.

WITH officer AS (
    SELECT
        indicator_id,
        officer_id,
        n_loans,
        observed,
        expected,
        CASE WHEN expected > 0 THEN observed / expected END AS ratio,
        CASE WHEN expected > 0 AND observed > 0 THEN sqrt(expected) * ln(observed / expected) END AS z
    FROM case_mix_ratio
    WHERE officer_id <> 'UNASSIGNED'
),

placed AS (
    SELECT
        indicator_id,
        z,
        row_number() OVER (PARTITION BY indicator_id ORDER BY z) - 1 AS place,
        (count(*) OVER (PARTITION BY indicator_id) - 1) * CAST(0.1 AS DOUBLE) AS low_place,
        (count(*) OVER (PARTITION BY indicator_id) - 1) * CAST(0.9 AS DOUBLE) AS high_place
    FROM officer
    WHERE z IS NOT NULL
),

quantile AS (
    -- Type 7: between two neighbours, in proportion.
    SELECT
        indicator_id,
        max(CASE WHEN place = floor(low_place) THEN z END)
            + max(low_place - floor(low_place))
            * (max(CASE WHEN place = ceil(low_place) THEN z END) - max(CASE WHEN place = floor(low_place) THEN z END)) AS low,
        max(CASE WHEN place = floor(high_place) THEN z END)
            + max(high_place - floor(high_place))
            * (max(CASE WHEN place = ceil(high_place) THEN z END) - max(CASE WHEN place = floor(high_place) THEN z END)) AS high
    FROM placed
    GROUP BY indicator_id
),

dispersion AS (
    SELECT
        officer.indicator_id,
        CAST(count(*) AS DOUBLE) AS n,
        CAST(sum(CAST(power(greatest(quantile.low, least(quantile.high, officer.z)), 2) AS DECIMAL(38,18))) AS DOUBLE) / count(*) AS phi,
        CAST(sum(CAST(officer.expected AS DECIMAL(38,12))) AS DOUBLE) AS sum_e,
        CAST(sum(CAST(officer.expected * officer.expected AS DECIMAL(38,12))) AS DOUBLE) AS sum_e_squared
    FROM officer
    JOIN quantile ON quantile.indicator_id = officer.indicator_id
    WHERE officer.z IS NOT NULL
    GROUP BY officer.indicator_id
),

between_officers AS (
    SELECT
        indicator_id,
        phi,
        CASE
            WHEN n >= 2 AND sum_e - sum_e_squared / sum_e > 0 THEN greatest(0, (n * phi - (n - 1)) / (sum_e - sum_e_squared / sum_e))
            ELSE CAST(0 AS DOUBLE)
        END AS tau_squared
    FROM dispersion
),

limited AS (
    SELECT
        officer.indicator_id,
        officer.officer_id,
        officer.n_loans,
        officer.observed,
        officer.expected,
        officer.ratio,
        officer.z,
        between_officers.phi,
        coalesce(between_officers.tau_squared, 0) AS tau_squared,
        CASE WHEN officer.expected > 0 THEN chi_squared_quantile(0.025, 2 * officer.expected) / 2 / officer.expected END AS lower_95,
        CASE WHEN officer.expected > 0 THEN chi_squared_quantile(0.975, 2 * (officer.expected + 1)) / 2 / officer.expected END AS upper_95,
        CASE WHEN officer.expected > 0 THEN chi_squared_quantile(0.001, 2 * officer.expected) / 2 / officer.expected END AS lower_998,
        CASE WHEN officer.expected > 0 THEN chi_squared_quantile(0.999, 2 * (officer.expected + 1)) / 2 / officer.expected END AS upper_998
    FROM officer
    LEFT JOIN between_officers ON between_officers.indicator_id = officer.indicator_id
),

counted AS (
    SELECT
        indicator_id,
        officer_id,
        n_loans,
        observed,
        expected,
        ratio,
        z,
        phi,
        tau_squared,
        lower_95,
        upper_95,
        lower_998,
        upper_998,
        CASE
            WHEN tau_squared > 0 AND z IS NOT NULL THEN exp(-normal_quantile(0.975) * sqrt(1 / expected + tau_squared))
            ELSE lower_95
        END AS lower_limit,
        CASE
            WHEN tau_squared > 0 AND z IS NOT NULL THEN exp(normal_quantile(0.975) * sqrt(1 / expected + tau_squared))
            ELSE upper_95
        END AS upper_limit
    FROM limited
)

SELECT
    indicator_id,
    officer_id,
    n_loans,
    observed,
    expected,
    ratio,
    z,
    phi AS dispersion,
    tau_squared,
    lower_95,
    upper_95,
    lower_998,
    upper_998,
    lower_limit,
    upper_limit,
    CASE
        WHEN observed = 0 THEN exp(-expected) >= 0.025
        ELSE ratio >= lower_limit AND ratio <= upper_limit
    END AS within_limits
FROM counted
