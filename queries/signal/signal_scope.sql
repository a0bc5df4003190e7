-- name: signal_scope
-- title: Day on which a rule is chosen | 组合规则选定日
-- kind: base
-- keep: yes
-- params: cutoff DATE, threshold_fit_until DATE
-- source: ECB practice of recursive out-of-sample evaluation: a rule is chosen on what was known then and judged on what came after
-- edges: One row. fit_until is threshold_fit_until, else the day in the middle between first_day of warning_scope and the cutoff; NULL where no signal has a row.

SELECT coalesce($threshold_fit_until, first_day + CAST(($cutoff - first_day) / 2 AS INT)) AS fit_until
FROM warning_scope
