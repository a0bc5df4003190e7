-- name: lift_goal
-- title: What lifts an officer to the next grade | 晋级差距
-- kind: base
-- needs: scheme
-- keep: yes
-- source: the threshold of the next better grade than the awarded one
-- edges: One row per rated officer whose grade by totals is not the best. With a forced distribution grades depend on others; the goal then is that of the grade by totals. only_gate: the total before gates, rounded, reaches the
--   threshold already. points_needed is 0 then, else the threshold less the total before gates.

SELECT
    officer_total.officer_id,
    scheme_grade.grade,
    scheme_grade.ordinal,
    scheme_grade.threshold,
    officer_total.total_before_gate,
    CAST(officer_total.rounded_before_gate AS DOUBLE) >= scheme_grade.threshold AS only_gate,
    CASE
        WHEN CAST(officer_total.rounded_before_gate AS DOUBLE) >= scheme_grade.threshold THEN CAST(0 AS DOUBLE)
        ELSE scheme_grade.threshold - officer_total.total_before_gate
    END AS points_needed
FROM officer_total
JOIN scheme_grade ON scheme_grade.ordinal = officer_total.grade_ordinal - 1
WHERE officer_total.not_rated IS NULL
