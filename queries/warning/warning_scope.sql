-- name: warning_scope
-- title: Since when warnings are judged | 预警评价起始日
-- kind: base
-- keep: yes
-- params: warning_start DATE
-- source: events whose whole horizon lies before the first warning cannot have been seen (left truncation)
-- edges: One row. first_day is warning_start, else the first day of the month of the bank's first warning, else (a backtest of a bank without warnings) of the first signal; NULL without any.
--   It is the same for every kind of warning, also for one that began later, so that all kinds answer for the same defaults.

SELECT
    coalesce(
        $warning_start,
        CAST(date_trunc('month', coalesce(min(issued_on) FILTER (WHERE split = 'all'), min(issued_on))) AS DATE)
    ) AS first_day
FROM warning_by_kind
