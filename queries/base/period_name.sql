-- name: period_name
-- title: Name of the period | 考核期间名称
-- kind: base
-- params: period_start DATE, period_end DATE
-- source: periods of targets and costs: 2025-03, 2025Q1 or 2025
-- edges: Always exactly one row. The shortest of month, quarter and year that begins on the first day of the period and holds its last day; a quarter cut off
--   inside its first month therefore looks like that month. months is its length.

SELECT
    CASE
        WHEN date_trunc('month', $period_start) = date_trunc('month', $period_end) THEN to_char($period_start, '%Y-%m')
        WHEN date_trunc('quarter', $period_start) = date_trunc('quarter', $period_end)
            THEN concat(to_char($period_start, '%Y'), 'Q', CAST(date_part('quarter', $period_start) AS VARCHAR))
        ELSE to_char($period_start, '%Y')
    END AS period,
    CAST(CASE
        WHEN date_trunc('month', $period_start) = date_trunc('month', $period_end) THEN 1
        WHEN date_trunc('quarter', $period_start) = date_trunc('quarter', $period_end) THEN 3
        ELSE 12
    END AS INT) AS months
