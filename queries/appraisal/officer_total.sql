-- name: officer_total
-- title: Totals, gates and grades by thresholds | 总分、否决与等级（按分数线）
-- kind: base
-- needs: scheme
-- keep: yes
-- params: min_exposure_days INT
-- source: total, gates, rounding, then grade; officers with too few days or too little measured are not rated
-- edges: One row per officer. Not rated: fewer than min_exposure_days days of the period with a live loan (PARTIAL_PERIOD), no indicator known (NOTHING_KNOWN), or coverage below coverage_min
--   (LOW_COVERAGE). A fired zero_dimension gate takes the points of its dimension away, then the lowest cap_total holds, then the total is rounded to two decimals, half away from zero. The grade is the best whose
--   threshold the rounded total reaches; a total below all has the worst. cap_grade makes it no better than its grade. gates lists the fired ones in the order of the scheme, binding or not.

WITH fired AS (
    SELECT
        officer_id,
        string_agg(gate_id, '|' ORDER BY ordinal) AS gates,
        min(cap_total) AS cap_total,
        max(cap_grade) AS cap_grade
    FROM officer_gate
    WHERE is_fired
    GROUP BY officer_id
),

zeroed AS (
    SELECT unit_weight.unit_id AS officer_id, CAST(sum(CAST(unit_weight.points AS DECIMAL(38,15))) AS DOUBLE) AS points
    FROM unit_weight
    JOIN (SELECT DISTINCT officer_id, zero_dimension FROM officer_gate WHERE is_fired AND zero_dimension IS NOT NULL) AS gate
      ON gate.officer_id = unit_weight.unit_id
     AND gate.zero_dimension = unit_weight.dimension
    WHERE unit_weight.level = 'OFFICER'
    GROUP BY unit_weight.unit_id
),

totalled AS (
    SELECT
        unit_lean.unit_id AS officer_id,
        coalesce(officer_exposure.exposure_days, 0) AS exposure_days,
        unit_lean.headroom,
        unit_lean.headroom_applied,
        unit_lean.coverage,
        unit_lean.total,
        coalesce(fired.gates, '') AS gates,
        fired.cap_grade,
        CAST(
            CAST(
                -- least passes over a cap that is not there.
                least(unit_lean.total - coalesce(zeroed.points, 0), fired.cap_total) AS DECIMAL(38,12)
            ) AS DECIMAL(18,2)
        ) AS rounded,
        CAST(CAST(unit_lean.total AS DECIMAL(38,12)) AS DECIMAL(18,2)) AS rounded_before_gate,
        CASE
            WHEN coalesce(officer_exposure.exposure_days, 0) < $min_exposure_days THEN 'PARTIAL_PERIOD'
            WHEN unit_lean.total IS NULL THEN 'NOTHING_KNOWN'
            WHEN CAST(unit_lean.coverage AS DECIMAL(38,12)) < CAST(scheme.coverage_min AS DECIMAL(38,12)) THEN 'LOW_COVERAGE'
        END AS not_rated
    FROM unit_lean
    CROSS JOIN scheme
    LEFT JOIN officer_exposure ON officer_exposure.officer_id = unit_lean.unit_id
    LEFT JOIN fired ON fired.officer_id = unit_lean.unit_id
    LEFT JOIN zeroed ON zeroed.officer_id = unit_lean.unit_id
    WHERE unit_lean.level = 'OFFICER'
),

worst AS (
    SELECT max(ordinal) AS ordinal FROM scheme_grade
),

graded AS (
    SELECT
        totalled.officer_id,
        min(CASE WHEN CAST(totalled.rounded AS DOUBLE) >= scheme_grade.threshold THEN scheme_grade.ordinal END) AS reached
    FROM totalled
    CROSS JOIN scheme_grade
    GROUP BY totalled.officer_id
)

SELECT
    totalled.officer_id,
    totalled.exposure_days,
    totalled.not_rated,
    totalled.headroom,
    totalled.headroom_applied,
    totalled.coverage,
    totalled.total AS total_before_gate,
    totalled.rounded_before_gate,
    totalled.gates,
    totalled.rounded AS total_score,
    totalled.cap_grade,
    greatest(coalesce(graded.reached, worst.ordinal), coalesce(totalled.cap_grade, 0)) AS grade_ordinal
FROM totalled
JOIN graded ON graded.officer_id = totalled.officer_id
CROSS JOIN worst
