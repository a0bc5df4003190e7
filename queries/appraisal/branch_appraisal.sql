-- name: branch_appraisal
-- title: Appraisal of branches | 机构考核结果
-- kind: appraisal
-- needs: scheme
-- grain: branch_id
-- source: exposure-weighted mean of the members, and the branch's own score (团队得分)
-- edges: Every branch of the bank. member_score is the mean of total_score over the rated officers of the branch, each weighted with the balance that the officer holds at the end of the period (denominator of npl_ratio); where none
--   holds any, all weigh the same. own_score is the total of the branch's own values without gates; both carry the lean of the scheme. total_score = own_weight x own + (1 - own_weight) x members, rounded to two decimals; where one of the two is
--   not known the other counts alone. Branches whose coverage is below coverage_min have no own_score. grade NR where neither is known. rank is over all graded branches, ties share it.

WITH member AS (
    SELECT
        officer_appraisal.branch_id,
        officer_appraisal.total_score,
        coalesce(officer_indicator.denominator, 0) AS exposure
    FROM officer_appraisal
    LEFT JOIN officer_indicator
      ON officer_indicator.officer_id = officer_appraisal.officer_id
     AND officer_indicator.indicator_id = 'npl_ratio'
    WHERE officer_appraisal.total_score IS NOT NULL
),

team AS (
    SELECT
        branch_id,
        count(*) AS n_officers,
        CAST(sum(exposure) AS DECIMAL(38,12)) AS exposure,
        CASE
            WHEN sum(exposure) > 0
                THEN CAST(sum(CAST(exposure AS DECIMAL(24,2)) * CAST(total_score AS DECIMAL(12,2))) AS DOUBLE) / CAST(sum(exposure) AS DOUBLE)
            ELSE CAST(sum(CAST(total_score AS DECIMAL(12,2))) AS DOUBLE) / count(*)
        END AS member_score
    FROM member
    GROUP BY branch_id
),

known AS (
    SELECT
        branch.branch_id,
        coalesce(team.n_officers, 0) AS n_officers,
        coalesce(team.exposure, CAST(0 AS DECIMAL(38,12))) AS exposure,
        team.member_score,
        unit_lean.headroom,
        unit_lean.headroom_applied,
        unit_lean.coverage,
        CASE
            WHEN CAST(unit_lean.coverage AS DECIMAL(38,12)) >= CAST(scheme.coverage_min AS DECIMAL(38,12)) THEN unit_lean.total
        END AS own_score,
        scheme.own_weight
    FROM (SELECT DISTINCT branch_id FROM branch) AS branch
    CROSS JOIN scheme
    LEFT JOIN team ON team.branch_id = branch.branch_id
    LEFT JOIN unit_lean
      ON unit_lean.unit_id = branch.branch_id
     AND unit_lean.level = 'BRANCH'
),

totalled AS (
    SELECT
        branch_id,
        n_officers,
        exposure,
        member_score,
        headroom,
        headroom_applied,
        coverage,
        own_score,
        own_weight,
        CAST(CAST(
            CASE
                WHEN member_score IS NULL THEN own_score
                WHEN own_score IS NULL THEN member_score
                ELSE own_weight * own_score + (1 - own_weight) * member_score
            END AS DECIMAL(38,12)) AS DECIMAL(18,2)) AS total_score
    FROM known
),

graded AS (
    SELECT totalled.branch_id, min(scheme_grade.ordinal) AS ordinal
    FROM totalled
    JOIN scheme_grade ON CAST(totalled.total_score AS DOUBLE) >= scheme_grade.threshold
    GROUP BY totalled.branch_id
),

ranked AS (
    SELECT branch_id, rank() OVER (ORDER BY total_score DESC) AS rank
    FROM totalled
    WHERE total_score IS NOT NULL
)

SELECT
    totalled.branch_id,
    totalled.n_officers,
    totalled.exposure,
    totalled.member_score,
    totalled.own_score,
    totalled.own_weight,
    CAST(totalled.total_score AS DOUBLE) AS total_score,
    coalesce(scheme_grade.grade, 'NR') AS grade,
    CAST(ranked.rank AS BIGINT) AS rank,
    totalled.headroom,
    totalled.headroom_applied,
    totalled.coverage
FROM totalled
LEFT JOIN graded ON graded.branch_id = totalled.branch_id
LEFT JOIN scheme_grade ON scheme_grade.ordinal = graded.ordinal
LEFT JOIN ranked ON ranked.branch_id = totalled.branch_id
