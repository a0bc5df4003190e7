-- name: origin_period
-- title: Periods whose loans are followed, and how far | 起始期间与跟踪期
-- kind: base
-- params: period_start DATE, period_end DATE
-- source: 商业银行稳健薪酬监管指引 (deferral for at least three years)
-- edges: The period that is run and those before it, of the same length (that of period_name, which a period cut off inside its first month or quarter makes
--   shorter), as far back as 36 months and one period, so that every run, also one that is cut off, has a period that has been followed for 36 months: 14 quarters,
--   38 months or 5 years. origin_end is the last day of the period, for the one that is run the cutoff. followed_to is the last day of the 36th calendar month after
--   the period, a month-end like origin_end: a period that ends on the 28th of February is followed to the 29th in a leap year. months_followed counts the
--   calendar months after origin_end that were over on the cutoff, at most 36, and is_complete tells that these 36 were.

WITH counted AS (
    -- Months since the year 0 up to the first one of each period.
    SELECT
        counter.value AS periods_back,
        period_name.months,
        CAST(
            12 * date_part('year', $period_start) + date_part('month', $period_start) - 1 - counter.value * period_name.months
        AS INT) AS first_month
    FROM period_name
    CROSS JOIN generate_series(0, 37) AS counter
    WHERE counter.value * period_name.months <= 36 + period_name.months
),

dated AS (
    SELECT
        months,
        make_date(first_month / 12, first_month % 12 + 1, 1) AS origin_start,
        CASE
            WHEN periods_back = 0 THEN CAST($period_end AS DATE)
            ELSE make_date((first_month + months) / 12, (first_month + months) % 12 + 1, 1) - CAST(1 AS INT)
        END AS origin_end,
        make_date((first_month + months + 36) / 12, (first_month + months + 36) % 12 + 1, 1) - CAST(1 AS INT) AS followed_to
    FROM counted
),

next_day AS (
    SELECT
        months,
        origin_start,
        origin_end,
        followed_to,
        origin_end + CAST(1 AS INT) AS after_origin,
        CAST($period_end AS DATE) + CAST(1 AS INT) AS after_cutoff
    FROM dated
),

followed AS (
    -- The first day of a month comes after as many whole months as the months are apart, whatever their lengths.
    SELECT
        months,
        origin_start,
        origin_end,
        followed_to,
        CAST(least(
            36,
            12 * (date_part('year', after_cutoff) - date_part('year', after_origin))
            + date_part('month', after_cutoff) - date_part('month', after_origin)
        ) AS INT) AS months_followed
    FROM next_day
)

SELECT
    CASE months
        WHEN 1 THEN to_char(origin_start, '%Y-%m')
        WHEN 3 THEN concat(to_char(origin_start, '%Y'), 'Q', CAST(date_part('quarter', origin_start) AS VARCHAR))
        ELSE to_char(origin_start, '%Y')
    END AS origin_period,
    origin_end,
    followed_to,
    months_followed,
    months_followed = 36 AS is_complete
FROM followed
