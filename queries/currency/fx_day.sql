-- name: fx_day
-- title: Exchange rate in force on every day | 每日汇率
-- kind: base
-- keep: yes
-- params: fx_max_age_days INT
-- source: fx_rate; weekends and holidays take the rate of the last day before them
-- edges: A rate holds until the next one of its currency, at most fx_max_age_days after its own day (31 is the longest); after that there is none.

WITH step AS (
    SELECT
        currency,
        rate_date,
        rate_to_base,
        least(
            coalesce(lead(rate_date) OVER (PARTITION BY currency ORDER BY rate_date), DATE '9999-12-31'),
            rate_date + CAST($fx_max_age_days + 1 AS INT)
        ) AS valid_to
    FROM delivered.fx_rate
),

later(days) AS (
    SELECT CAST(value AS INT) AS days
    FROM generate_series(0, 31)
)

SELECT
    step.currency,
    step.rate_date + later.days AS rate_day,
    step.rate_to_base
FROM step
CROSS JOIN later
WHERE step.rate_date + later.days < step.valid_to
