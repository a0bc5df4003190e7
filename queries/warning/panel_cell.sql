-- name: panel_cell
-- title: Panel counts of every cluster | 面板计数（按抽样单元）
-- kind: base
-- keep: yes
-- source: panel_span, panel_hit
-- edges: One row per split, code, basis (panel: every month-end; panel_mature: those with horizon_days until the cutoff) and cluster: subjects and month-ends by label, and how many of those labelled 1 and 0 are flagged. The
--   kinds of warning_kind share the whole panel; the others have the month-ends on which the subject has the code. Officers have one row, with cluster 0: their counts have no interval. Kinds have
--   a row of zeros there, so that they stand also where the panel is empty.

WITH whole AS (
    SELECT
        cluster_no,
        is_mature,
        sum(CASE WHEN label = '1' THEN n_months ELSE 0 END) AS n_positive,
        sum(CASE WHEN label = '0' THEN n_months ELSE 0 END) AS n_negative,
        sum(CASE WHEN label = 'DROP_LATE' THEN n_months ELSE 0 END) AS n_late,
        sum(CASE WHEN label = 'DROP_CENSORED' THEN n_months ELSE 0 END) AS n_censored
    FROM panel_span
    GROUP BY cluster_no, is_mature
),

overlap AS (
    SELECT
        panel_segment.split,
        panel_segment.code,
        CASE WHEN panel_segment.split = 'officer' THEN 0 ELSE panel_span.cluster_no END AS cluster_no,
        panel_span.is_mature,
        panel_span.label,
        greatest(panel_span.from_day, panel_segment.from_day) AS from_day,
        least(panel_span.to_day, panel_segment.to_day) AS to_day
    FROM panel_span
    JOIN panel_segment
      ON panel_segment.subject_id = panel_span.subject_id
     AND panel_segment.from_day < panel_span.to_day
     AND panel_segment.to_day > panel_span.from_day
),

measured AS (
    SELECT
        split,
        code,
        cluster_no,
        is_mature,
        label,
        12 * (date_part('year', to_day) - date_part('year', from_day)) + date_part('month', to_day) - date_part('month', from_day) AS n_months
    FROM overlap
),

part AS (
    SELECT
        split,
        code,
        cluster_no,
        is_mature,
        sum(CASE WHEN label = '1' THEN n_months ELSE 0 END) AS n_positive,
        sum(CASE WHEN label = '0' THEN n_months ELSE 0 END) AS n_negative,
        sum(CASE WHEN label = 'DROP_LATE' THEN n_months ELSE 0 END) AS n_late,
        sum(CASE WHEN label = 'DROP_CENSORED' THEN n_months ELSE 0 END) AS n_censored
    FROM measured
    WHERE n_months > 0
    GROUP BY split, code, cluster_no, is_mature
),

hit AS (
    SELECT
        split,
        code,
        CASE WHEN split = 'officer' THEN 0 ELSE cluster_no END AS cluster_no,
        is_mature,
        count(*) FILTER (WHERE label = '1') AS n_tp,
        count(*) FILTER (WHERE label = '0') AS n_fp
    FROM panel_hit
    WHERE label IN ('0', '1')
    GROUP BY split, code, CASE WHEN split = 'officer' THEN 0 ELSE cluster_no END, is_mature
),

counted AS (
    SELECT warning_kind.split, warning_kind.code, whole.cluster_no, whole.is_mature, whole.n_positive, whole.n_negative, whole.n_late, whole.n_censored, 0 AS n_tp, 0 AS n_fp
    FROM warning_kind
    CROSS JOIN whole
    UNION ALL
    SELECT split, code, cluster_no, is_mature, n_positive, n_negative, n_late, n_censored, 0 AS n_tp, 0 AS n_fp
    FROM part
    UNION ALL
    SELECT split, code, cluster_no, is_mature, 0 AS n_positive, 0 AS n_negative, 0 AS n_late, 0 AS n_censored, n_tp, n_fp
    FROM hit
    UNION ALL
    SELECT split, code, 0 AS cluster_no, TRUE AS is_mature, 0 AS n_positive, 0 AS n_negative, 0 AS n_late, 0 AS n_censored, 0 AS n_tp, 0 AS n_fp
    FROM warning_kind
)

SELECT
    counted.split,
    counted.code,
    basis.basis,
    counted.cluster_no,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_positive ELSE 0 END) AS BIGINT) AS n_positive,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_negative ELSE 0 END) AS BIGINT) AS n_negative,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_late ELSE 0 END) AS BIGINT) AS n_late,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_censored ELSE 0 END) AS BIGINT) AS n_censored,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_tp ELSE 0 END) AS BIGINT) AS n_tp,
    CAST(sum(CASE WHEN basis.basis = 'panel' OR counted.is_mature THEN counted.n_fp ELSE 0 END) AS BIGINT) AS n_fp
FROM (SELECT 'panel' AS basis UNION ALL SELECT 'panel_mature' AS basis) AS basis
CROSS JOIN counted
GROUP BY counted.split, counted.code, basis.basis, counted.cluster_no
