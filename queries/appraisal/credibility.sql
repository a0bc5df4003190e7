-- name: credibility
-- title: Credibility of officers over periods | 跨期信度
-- kind: base
-- needs: scheme
-- keep: yes
-- source: Bühlmann and Straub (1970); non-iterative estimators as in actuar; for counts the variance of the Poisson distribution (Bühlmann and Gisler 2005, 4.10)
-- edges: Indicators with shrink = { credibility }, officers of a peer group with a value in the period that is computed; UNASSIGNED is none. Observations are the values of this period and of as many published periods before it as the scheme says;
--   with case_mix they are the values adjusted for it, weighted by what was expected, else the raw values weighted by the denominator. within s2 = sum w (X - Xi)^2 / sum (n_i - 1); with case_mix, where X is bad loans over expected ones times the value of
--   the bank and bad loans come by chance as Poisson numbers do, it is known without a second observation: the value of the bank x the weighted mean of all;
--   between a = w (sum w_i (X_i - X)^2 - (I - 1) s2) / (w^2 - sum w_i^2), negative counts as 0; Z = w_i / (w_i + s2 / a); collective = sum Z X_i / sum Z; value = collective + Z (X_i - collective).
--   With a of 0 Z is 0 and the collective is the weighted mean of all. With one officer, or without case_mix no officer with two observations, nothing can be told and there is no row.

WITH known AS (
    SELECT
        indicator_sum.indicator_id,
        indicator_sum.code AS officer_id,
        0 AS age,
        CASE
            WHEN scheme_indicator.case_mix AND case_mix_ratio.expected > 0
                THEN case_mix_ratio.observed / case_mix_ratio.expected * CAST(bank.numerator AS DOUBLE) / CAST(bank.denominator AS DOUBLE)
            ELSE CAST(indicator_sum.numerator AS DOUBLE) / CAST(indicator_sum.denominator AS DOUBLE)
        END AS x,
        CASE
            WHEN scheme_indicator.case_mix AND case_mix_ratio.expected > 0 THEN case_mix_ratio.expected
            ELSE CAST(indicator_sum.denominator AS DOUBLE)
        END AS w
    FROM indicator_sum
    JOIN scheme_indicator ON scheme_indicator.indicator_id = indicator_sum.indicator_id
    JOIN indicator_sum AS bank
      ON bank.indicator_id = indicator_sum.indicator_id
     AND bank.grain = 'bank'
    LEFT JOIN case_mix_ratio
      ON case_mix_ratio.indicator_id = indicator_sum.indicator_id
     AND case_mix_ratio.officer_id = indicator_sum.code
    WHERE indicator_sum.grain = 'officer'
      AND indicator_sum.code <> 'UNASSIGNED'
      AND indicator_sum.denominator > 0
      AND scheme_indicator.credibility_periods IS NOT NULL
      AND (NOT scheme_indicator.case_mix OR case_mix_ratio.expected > 0)
),

past_period AS (
    SELECT period_start, row_number() OVER (ORDER BY period_start DESC) AS age
    FROM (SELECT DISTINCT period_start FROM earlier.officer_indicator) AS period
),

observation AS (
    SELECT indicator_id, officer_id, age, x, w FROM known
    UNION ALL
    SELECT
        past.indicator_id,
        past.officer_id,
        past_period.age,
        CASE WHEN scheme_indicator.case_mix THEN past.case_mix_value ELSE past.raw_value END AS x,
        CASE WHEN scheme_indicator.case_mix THEN past.expected ELSE CAST(past.denominator AS DOUBLE) END AS w
    FROM earlier.officer_indicator AS past
    JOIN past_period ON past_period.period_start = past.period_start
    JOIN scheme_indicator ON scheme_indicator.indicator_id = past.indicator_id
    WHERE past_period.age < scheme_indicator.credibility_periods
      AND CASE WHEN scheme_indicator.case_mix THEN past.case_mix_value ELSE past.raw_value END IS NOT NULL
      AND CASE WHEN scheme_indicator.case_mix THEN past.expected ELSE CAST(past.denominator AS DOUBLE) END > 0
),

weighed AS (
    SELECT
        observation.indicator_id,
        coalesce(officer.peer_group, '') AS peer_group,
        observation.officer_id,
        observation.x,
        observation.w,
        sum(CAST(observation.w AS DECIMAL(38,12))) OVER (PARTITION BY observation.indicator_id, observation.officer_id) AS sum_w,
        sum(CAST(observation.w * observation.x AS DECIMAL(38,12))) OVER (PARTITION BY observation.indicator_id, observation.officer_id) AS sum_wx
    FROM observation
    JOIN known
      ON known.indicator_id = observation.indicator_id
     AND known.officer_id = observation.officer_id
    LEFT JOIN officer ON officer.officer_id = observation.officer_id
),

individual AS (
    SELECT
        indicator_id,
        peer_group,
        officer_id,
        CAST(max(sum_w) AS DOUBLE) AS w,
        CAST(max(sum_wx) AS DOUBLE) / CAST(max(sum_w) AS DOUBLE) AS mean,
        CAST(count(*) AS DOUBLE) AS n,
        sum(CAST(w * power(x - CAST(sum_wx AS DOUBLE) / CAST(sum_w AS DOUBLE), 2) AS DECIMAL(38,12))) AS squares
    FROM weighed
    GROUP BY indicator_id, peer_group, officer_id
),

pooled AS (
    SELECT
        indicator_id,
        peer_group,
        CAST(count(*) AS DOUBLE) AS officers,
        CAST(sum(CAST(w AS DECIMAL(38,12))) AS DOUBLE) AS w,
        CAST(sum(CAST(w * mean AS DECIMAL(38,12))) AS DOUBLE) / CAST(sum(CAST(w AS DECIMAL(38,12))) AS DOUBLE) AS mean,
        sum(n) - count(*) AS freedom,
        CAST(sum(squares) AS DOUBLE) AS squares
    FROM individual
    GROUP BY indicator_id, peer_group
),

bank AS (
    SELECT indicator_sum.indicator_id, CAST(indicator_sum.numerator AS DOUBLE) / CAST(indicator_sum.denominator AS DOUBLE) AS value
    FROM indicator_sum
    JOIN scheme_indicator ON scheme_indicator.indicator_id = indicator_sum.indicator_id
    WHERE indicator_sum.grain = 'bank'
      AND indicator_sum.denominator > 0
      AND scheme_indicator.case_mix
),

spread AS (
    SELECT
        pooled.indicator_id,
        pooled.peer_group,
        pooled.officers,
        pooled.w,
        pooled.mean,
        CASE WHEN bank.value IS NOT NULL THEN bank.value * pooled.mean ELSE pooled.squares / pooled.freedom END AS within,
        CAST(sum(CAST(individual.w / pooled.w * power(individual.mean - pooled.mean, 2) AS DECIMAL(38,24))) AS DOUBLE) AS spread_of_means,
        CAST(sum(CAST(power(individual.w / pooled.w, 2) AS DECIMAL(38,24))) AS DOUBLE) AS squared_shares
    FROM pooled
    JOIN individual
      ON individual.indicator_id = pooled.indicator_id
     AND individual.peer_group = pooled.peer_group
    LEFT JOIN bank ON bank.indicator_id = pooled.indicator_id
    WHERE (pooled.freedom > 0 OR bank.value IS NOT NULL)
      AND pooled.officers > 1
    GROUP BY pooled.indicator_id, pooled.peer_group, pooled.officers, pooled.w, pooled.mean, pooled.squares, pooled.freedom, bank.value
),

variance AS (
    SELECT
        indicator_id,
        peer_group,
        w,
        mean,
        within,
        CASE
            WHEN squared_shares < 1 THEN greatest(0, (spread_of_means - (officers - 1) * within / w) / (1 - squared_shares))
            ELSE CAST(0 AS DOUBLE)
        END AS between_officers
    FROM spread
),

credible AS (
    SELECT
        individual.indicator_id,
        individual.peer_group,
        individual.officer_id,
        individual.mean,
        variance.mean AS overall,
        variance.within,
        variance.between_officers,
        CASE
            WHEN variance.between_officers > 0 THEN individual.w / (individual.w + variance.within / variance.between_officers)
            ELSE CAST(0 AS DOUBLE)
        END AS z
    FROM individual
    JOIN variance
      ON variance.indicator_id = individual.indicator_id
     AND variance.peer_group = individual.peer_group
),

collective AS (
    SELECT
        indicator_id,
        peer_group,
        CASE
            WHEN sum(CAST(z AS DECIMAL(38,24))) > 0
                THEN CAST(sum(CAST(z * mean AS DECIMAL(38,18))) AS DOUBLE) / CAST(sum(CAST(z AS DECIMAL(38,24))) AS DOUBLE)
            ELSE max(overall)
        END AS mean
    FROM credible
    GROUP BY indicator_id, peer_group
)

SELECT
    credible.indicator_id,
    credible.officer_id,
    credible.z AS credibility,
    collective.mean AS collective,
    credible.within,
    credible.between_officers,
    collective.mean + credible.z * (credible.mean - collective.mean) AS value
FROM credible
JOIN collective
  ON collective.indicator_id = credible.indicator_id
 AND collective.peer_group = credible.peer_group
