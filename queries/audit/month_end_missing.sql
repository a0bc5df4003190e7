-- name: month_end_missing
-- title: Every month of the period has its snapshot | 报告期内月末快照齐全
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: BCBS 239, completeness
-- edges: Looks at the calendar months of the period whose last day is not after the period end. Where any snapshot of the data falls on the last
--   day of a month, the latest snapshot of each month must lie within its last four days (the last business day); where none does, as with reports of
--   the 11th to 14th, any snapshot in the month will do. Without any snapshot there is nothing to check. One row per month.

WITH report_date AS (
    SELECT DISTINCT
        snapshot_date,
        CAST(12 * date_part('year', snapshot_date) + date_part('month', snapshot_date) - 1 AS INT) AS month_no
    FROM loan_snapshot
),

rhythm AS (
    SELECT bool_or(date_part('day', snapshot_date + CAST(1 AS INT)) = 1) AS has_month_ends
    FROM report_date
),

latest AS (
    SELECT month_no, max(snapshot_date) AS snapshot_date
    FROM report_date
    GROUP BY month_no
),

expected_month AS (
    SELECT
        counter.value + period.first_month AS month_no,
        make_date(
            (counter.value + period.first_month + 1) / 12,
            (counter.value + period.first_month + 1) % 12 + 1,
            1
        ) - CAST(1 AS INT) AS last_day
    FROM generate_series(0, 1200) AS counter
    CROSS JOIN (
        SELECT
            CAST(12 * date_part('year', $period_start) + date_part('month', $period_start) - 1 AS INT) AS first_month,
            CAST(12 * date_part('year', $period_end) + date_part('month', $period_end) - 1 AS INT) AS last_month
    ) AS period
    WHERE counter.value + period.first_month <= period.last_month
)

SELECT
    CAST(expected_month.last_day AS TEXT) AS key,
    concat('The month that ends on ', CAST(expected_month.last_day AS TEXT), ' has ',
        CASE WHEN latest.snapshot_date IS NULL THEN 'no snapshot' ELSE concat('no snapshot after ', CAST(latest.snapshot_date AS TEXT)) END,
        '.') AS detail
FROM expected_month
CROSS JOIN rhythm
LEFT JOIN latest ON latest.month_no = expected_month.month_no
WHERE expected_month.last_day <= $period_end
  AND rhythm.has_month_ends IS NOT NULL
  AND (latest.snapshot_date IS NULL
       OR (rhythm.has_month_ends AND expected_month.last_day - latest.snapshot_date > 3))
