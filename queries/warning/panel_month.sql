-- name: panel_month
-- title: Month-ends of the panel | 观察月末
-- kind: base
-- keep: yes
-- params: cutoff DATE, horizon_days INT
-- source: landmark analysis: every month-end is looked at as if it were today
-- edges: The calendar's month-ends from the month of first_day of warning_scope to the cutoff, no matter when snapshots were taken. is_mature: horizon_days after it have passed by the cutoff.

WITH counted AS (
    SELECT
        make_date(
            (counter.value + scope.first_month + 1) / 12,
            (counter.value + scope.first_month + 1) % 12 + 1,
            1
        ) - CAST(1 AS INT) AS month_end
    FROM generate_series(0, 1200) AS counter
    CROSS JOIN (
        SELECT CAST(12 * date_part('year', first_day) + date_part('month', first_day) - 1 AS INT) AS first_month
        FROM warning_scope
        WHERE first_day IS NOT NULL
    ) AS scope
)

SELECT month_end, month_end + CAST($horizon_days AS INT) <= $cutoff AS is_mature
FROM counted
WHERE month_end <= $cutoff
