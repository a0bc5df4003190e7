-- name: portfolio_cure
-- title: Cure, re-default and time in default | 违约治愈、再违约与违约持续时间
-- kind: portfolio
-- grain: measure, exit, bucket
-- needs: loan_snapshot.status
-- params: cutoff DATE
-- source: EBA/GL/2016/07 (probation); cure and re-default rates over matured cohorts
-- edges: Episodes of default_exit up to the cutoff, all history. cure_rate, bucket H_n: episodes that exited as CURED at most n days after the
--   default, over those whose default lies n days or more before the cutoff; n_censored counts the latter that were sold while in default (exit
--   SALE), which are in neither part. redefault_rate, bucket H_n: CURED episodes followed by a new one of the same loan at most n days after the
--   exit, over those whose exit lies n days or more before the cutoff. sojourn: episodes that have ended by days from the default to the exit, for
--   each exit and for ALL; value is the share of the bucket, buckets without one are left out. sojourn_days: MEAN, quantiles (the smallest number
--   that at least that share does not exceed) and MAX of the same days. Ended episodes are shorter than those still open. open_age: episodes without
--   an exit by days from the default to the cutoff, with the ead and the balance at the closing snapshot (0 for a loan not ACTIVE there), exit OPEN.
--   n_loans counts the loans of the denominator. A cohort with nothing in it is NULL with NO_EXPOSURE.

WITH episode AS (
    SELECT
        loan_id,
        default_date,
        ead,
        exit,
        exit_on,
        exit_on - default_date AS days_in_default,
        lead(default_date) OVER (PARTITION BY loan_id ORDER BY default_date) - exit_on AS days_to_next,
        $cutoff - default_date AS age,
        $cutoff - exit_on AS days_since_exit
    FROM default_exit
    WHERE default_date <= $cutoff
),

horizon AS (
    SELECT 90 AS days
    UNION ALL SELECT 180
    UNION ALL SELECT 270
    UNION ALL SELECT 365
    UNION ALL SELECT 730
),

cohort AS (
    SELECT
        'cure_rate' AS measure,
        horizon.days,
        episode.loan_id,
        episode.ead,
        CASE WHEN episode.exit = 'SALE' THEN 1 ELSE 0 END AS is_censored,
        CASE WHEN episode.exit = 'CURED' AND episode.days_in_default <= horizon.days THEN 1 ELSE 0 END AS is_hit
    FROM horizon
    CROSS JOIN episode
    WHERE episode.age >= horizon.days
    UNION ALL
    SELECT
        'redefault_rate' AS measure,
        horizon.days,
        episode.loan_id,
        episode.ead,
        0 AS is_censored,
        CASE WHEN episode.days_to_next <= horizon.days THEN 1 ELSE 0 END AS is_hit
    FROM horizon
    CROSS JOIN episode
    WHERE episode.exit = 'CURED'
      AND episode.days_since_exit >= horizon.days
),

rate AS (
    SELECT
        wanted.measure,
        'ALL' AS exit,
        concat('H_', CAST(wanted.days AS VARCHAR)) AS bucket,
        count(DISTINCT CASE WHEN cohort.is_censored = 0 THEN cohort.loan_id END) AS n_loans,
        coalesce(sum(CASE WHEN cohort.is_censored = 0 THEN cohort.is_hit END), 0) AS numerator,
        count(CASE WHEN cohort.is_censored = 0 THEN 1 END) AS denominator,
        coalesce(sum(cohort.is_censored), 0) AS n_censored,
        sum(CASE WHEN cohort.is_censored = 0 THEN cohort.ead END) AS ead,
        CAST(NULL AS DECIMAL(18,2)) AS balance
    FROM (
        SELECT 'cure_rate' AS measure, days FROM horizon
        UNION ALL
        SELECT 'redefault_rate' AS measure, days FROM horizon
    ) AS wanted
    LEFT JOIN cohort ON cohort.measure = wanted.measure AND cohort.days = wanted.days
    GROUP BY wanted.measure, wanted.days
),

bucketed AS (
    SELECT
        loan_id,
        ead,
        coalesce(exit, 'OPEN') AS exit,
        coalesce(days_in_default, age) AS days,
        CASE
            WHEN coalesce(days_in_default, age) <= 90 THEN 'D_0_90'
            WHEN coalesce(days_in_default, age) <= 180 THEN 'D_91_180'
            WHEN coalesce(days_in_default, age) <= 365 THEN 'D_181_365'
            WHEN coalesce(days_in_default, age) <= 730 THEN 'D_366_730'
            ELSE 'D_731_PLUS'
        END AS bucket
    FROM episode
),

spell AS (
    -- Ended episodes once by their exit and once in ALL, open ones once.
    SELECT loan_id, ead, exit, days, bucket FROM bucketed
    UNION ALL
    SELECT loan_id, ead, 'ALL' AS exit, days, bucket FROM bucketed WHERE exit <> 'OPEN'
),

closing AS (
    SELECT loan_id, principal_balance
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
),

spell_size AS (
    SELECT exit, count(*) AS n, count(DISTINCT loan_id) AS n_loans, sum(days) AS days
    FROM spell
    GROUP BY exit
),

ranked AS (
    SELECT
        exit,
        days,
        row_number() OVER (PARTITION BY exit ORDER BY days) AS place
    FROM spell
    WHERE exit <> 'OPEN'
),

quantile AS (
    SELECT 'P25' AS bucket, 25 AS percent
    UNION ALL SELECT 'P50', 50
    UNION ALL SELECT 'P75', 75
    UNION ALL SELECT 'P90', 90
    UNION ALL SELECT 'MAX', 100
),

row_of AS (
    SELECT measure, exit, bucket, n_loans, numerator, denominator, n_censored, ead, balance
    FROM rate
    UNION ALL
    SELECT
        CASE WHEN spell.exit = 'OPEN' THEN 'open_age' ELSE 'sojourn' END AS measure,
        spell.exit,
        spell.bucket,
        max(spell_size.n_loans) AS n_loans,
        count(*) AS numerator,
        max(spell_size.n) AS denominator,
        0 AS n_censored,
        sum(spell.ead) AS ead,
        CASE WHEN spell.exit = 'OPEN' THEN CAST(coalesce(sum(closing.principal_balance), 0) AS DECIMAL(18,2)) END AS balance
    FROM spell
    JOIN spell_size ON spell_size.exit = spell.exit
    LEFT JOIN closing ON closing.loan_id = spell.loan_id
    GROUP BY spell.exit, spell.bucket
    UNION ALL
    SELECT
        'sojourn_days' AS measure,
        exit,
        'MEAN' AS bucket,
        n_loans,
        days AS numerator,
        n AS denominator,
        0 AS n_censored,
        CAST(NULL AS DECIMAL(18,2)) AS ead,
        CAST(NULL AS DECIMAL(18,2)) AS balance
    FROM spell_size
    WHERE exit <> 'OPEN'
    UNION ALL
    SELECT
        'sojourn_days' AS measure,
        ranked.exit,
        quantile.bucket,
        max(spell_size.n_loans) AS n_loans,
        min(ranked.days) AS numerator,
        1 AS denominator,
        0 AS n_censored,
        CAST(NULL AS DECIMAL(18,2)) AS ead,
        CAST(NULL AS DECIMAL(18,2)) AS balance
    FROM quantile
    CROSS JOIN ranked
    JOIN spell_size ON spell_size.exit = ranked.exit
    WHERE ranked.place * 100 >= quantile.percent * spell_size.n
    GROUP BY ranked.exit, quantile.bucket
)

SELECT
    measure,
    exit,
    bucket,
    CAST(n_loans AS BIGINT) AS n_loans,
    CAST(numerator AS BIGINT) AS numerator,
    CAST(denominator AS BIGINT) AS denominator,
    CASE WHEN denominator > 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) END AS value,
    CAST(n_censored AS BIGINT) AS n_censored,
    CAST(ead AS DECIMAL(18,2)) AS ead,
    CAST(balance AS DECIMAL(18,2)) AS balance,
    CASE WHEN denominator = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM row_of
