-- name: officer_appraisal
-- title: Appraisal of officers | 客户经理考核结果
-- kind: appraisal
-- needs: scheme
-- grain: officer_id
-- source: appraisal method of the scheme; 银行业金融机构绩效考评监管指引 (银监发〔2012〕34号)
-- edges: Every officer; UNASSIGNED is nobody. An officer who is not rated has grade NR, not_rated says why (PARTIAL_PERIOD, LOW_COVERAGE, NOTHING_KNOWN), coverage and exposure_days say how far, all other cells of the result are empty. w_risk and its like are
--   the weights of the dimensions under the headroom that is applied, before a dimension of which nothing is known (missing_dimensions) gives its weight away. score_risk and its like are weighted means of the known
--   indicators. gates lists the fired ones, binding or not. within_limits: the bad loans of the officer are no more and no fewer than chance explains (officer_funnel), so that a rank says little; empty where no
--   indicator of the scheme is adjusted for case mix.

WITH dimension AS (
    SELECT
        unit_dimension.unit_id AS officer_id,
        unit_dimension.dimension,
        unit_dimension.ordinal,
        unit_dimension.score,
        unit_dimension.weight_base
            + officer_total.headroom_applied * (unit_dimension.weight_tilt - unit_dimension.weight_base) AS weight
    FROM unit_dimension
    JOIN officer_total ON officer_total.officer_id = unit_dimension.unit_id
    WHERE unit_dimension.level = 'OFFICER'
      AND officer_total.not_rated IS NULL
),

pivoted AS (
    SELECT
        officer_id,
        max(CASE WHEN dimension = 'RISK' THEN weight END) AS w_risk,
        max(CASE WHEN dimension = 'RETURN' THEN weight END) AS w_return,
        max(CASE WHEN dimension = 'CUSTOMER' THEN weight END) AS w_customer,
        max(CASE WHEN dimension = 'PROCESS' THEN weight END) AS w_process,
        max(CASE WHEN dimension = 'RISK' THEN score END) AS score_risk,
        max(CASE WHEN dimension = 'RETURN' THEN score END) AS score_return,
        max(CASE WHEN dimension = 'CUSTOMER' THEN score END) AS score_customer,
        max(CASE WHEN dimension = 'PROCESS' THEN score END) AS score_process,
        coalesce(string_agg(CASE WHEN score IS NULL THEN dimension END, '|' ORDER BY ordinal), '') AS missing_dimensions
    FROM dimension
    GROUP BY officer_id
),

limits AS (
    SELECT officer_id, bool_and(within_limits) AS within_limits
    FROM officer_funnel
    WHERE within_limits IS NOT NULL
    GROUP BY officer_id
)

SELECT
    officer_total.officer_id,
    officer_peer.branch_id,
    NULLIF(officer_peer.peer_group, '') AS peer_group,
    CASE WHEN officer_total.not_rated IS NULL THEN officer_total.headroom END AS headroom,
    CASE WHEN officer_total.not_rated IS NULL THEN officer_total.headroom_applied END AS headroom_applied,
    pivoted.w_risk,
    pivoted.w_return,
    pivoted.w_customer,
    pivoted.w_process,
    pivoted.score_risk,
    pivoted.score_return,
    pivoted.score_customer,
    pivoted.score_process,
    officer_total.coverage,
    CASE WHEN officer_total.not_rated IS NULL THEN officer_total.total_before_gate END AS total_before_gate,
    CASE WHEN officer_total.not_rated IS NULL THEN NULLIF(officer_total.gates, '') END AS gates,
    CASE WHEN officer_total.not_rated IS NULL THEN CAST(officer_total.total_score AS DOUBLE) END AS total_score,
    coalesce(scheme_grade.grade, 'NR') AS grade,
    officer_rank.rank,
    officer_rank.percentile,
    officer_rank.n_peers,
    CASE WHEN officer_total.not_rated IS NULL THEN limits.within_limits END AS within_limits,
    NULLIF(pivoted.missing_dimensions, '') AS missing_dimensions,
    officer_total.not_rated,
    officer_total.exposure_days,
    scheme.version AS scheme_version
FROM officer_total
CROSS JOIN scheme
LEFT JOIN officer_peer ON officer_peer.officer_id = officer_total.officer_id
LEFT JOIN pivoted ON pivoted.officer_id = officer_total.officer_id
LEFT JOIN officer_rank ON officer_rank.officer_id = officer_total.officer_id
LEFT JOIN scheme_grade ON scheme_grade.ordinal = officer_rank.grade_ordinal
LEFT JOIN limits ON limits.officer_id = officer_total.officer_id
