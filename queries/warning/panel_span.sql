-- name: panel_span
-- title: Spans of days on which a subject has one label | 风险对象标签区间
-- kind: base
-- keep: yes
-- params: cutoff DATE, lead_days INT, horizon_days INT
-- source: landmark panel; negatives are needed for specificity, base rate and lift
-- edges: A month-end t of panel_month at which a subject is at risk (originated on or before t, not ended on or before t, not in default or probation on t) has a label: 1 when the next default d lies lead_days
--   to horizon_days after t, both included; DROP_LATE when it comes sooner, whether or not the subject has ended by then; else DROP_CENSORED when the subject was sold, or written off without a default on record, within
--   horizon_days after t; 0 when it was paid off within them, or horizon_days after t have passed by the cutoff; else DROP_CENSORED. As a spell at risk runs towards its end the label changes at most four times, so the panel stands here
--   as spans: one row per spell, label and is_mature (horizon_days after t have passed by the cutoff), from_day included, to_day not, with the number of month-ends between. cluster_no is that of panel_cluster. Spans without a month-end are left out.

WITH clipped AS (
    SELECT
        risk_spell.subject_id,
        panel_cluster.cluster_no,
        greatest(risk_spell.from_day, CAST(date_trunc('month', warning_scope.first_day) AS DATE)) AS from_day,
        least(risk_spell.to_day, $cutoff + CAST(1 AS INT)) AS to_day,
        risk_spell.next_default - CAST($lead_days AS INT) + CAST(1 AS INT) AS late_from,
        risk_spell.next_default - CAST($horizon_days AS INT) AS default_from,
        risk_spell.ended_on - CAST($horizon_days AS INT) AS end_from,
        risk_spell.end_type
    FROM warning_scope
    CROSS JOIN risk_spell
    JOIN panel_cluster ON panel_cluster.subject_id = risk_spell.subject_id
),

late AS (
    SELECT subject_id, cluster_no, from_day, to_day, default_from, end_from, end_type, least(to_day, coalesce(late_from, to_day)) AS late_from
    FROM clipped
),

followed AS (
    SELECT subject_id, cluster_no, from_day, to_day, end_from, end_type, late_from, least(late_from, coalesce(default_from, late_from)) AS default_from
    FROM late
),

turned AS (
    -- A spell in its parts: nothing known yet up to end_from, then its end in view up to default_from, its default in view up to late_from, and the default too near.
    SELECT subject_id, cluster_no, from_day, to_day, end_type, late_from, default_from, least(default_from, coalesce(end_from, default_from)) AS end_from
    FROM followed
),

part AS (
    SELECT
        turned.subject_id,
        turned.cluster_no,
        CASE named.part
            WHEN 'open' THEN CASE WHEN half.is_mature THEN '0' ELSE 'DROP_CENSORED' END
            WHEN 'end' THEN CASE WHEN turned.end_type = 'PAID_OFF' THEN '0' ELSE 'DROP_CENSORED' END
            WHEN 'default' THEN '1'
            ELSE 'DROP_LATE'
        END AS label,
        half.is_mature,
        greatest(
            turned.from_day,
            CASE named.part WHEN 'open' THEN turned.from_day WHEN 'end' THEN turned.end_from WHEN 'default' THEN turned.default_from ELSE turned.late_from END,
            CASE WHEN half.is_mature THEN turned.from_day ELSE $cutoff - CAST($horizon_days AS INT) + CAST(1 AS INT) END
        ) AS from_day,
        least(
            CASE named.part WHEN 'open' THEN turned.end_from WHEN 'end' THEN turned.default_from WHEN 'default' THEN turned.late_from ELSE turned.to_day END,
            CASE WHEN half.is_mature THEN $cutoff - CAST($horizon_days AS INT) + CAST(1 AS INT) ELSE turned.to_day END
        ) AS to_day
    FROM (
        SELECT 'open' AS part UNION ALL
        SELECT 'end' AS part UNION ALL
        SELECT 'default' AS part UNION ALL
        SELECT 'late' AS part
    ) AS named
    CROSS JOIN (SELECT TRUE AS is_mature UNION ALL SELECT FALSE AS is_mature) AS half
    CROSS JOIN turned
),

counted AS (
    -- There are as many month-ends from one day up to another, that one left out, as the number of their months has grown.
    SELECT
        subject_id,
        cluster_no,
        label,
        is_mature,
        from_day,
        to_day,
        12 * (date_part('year', to_day) - date_part('year', from_day)) + date_part('month', to_day) - date_part('month', from_day) AS n_months
    FROM part
    WHERE from_day < to_day
)

SELECT subject_id, cluster_no, label, is_mature, from_day, to_day, CAST(n_months AS BIGINT) AS n_months
FROM counted
WHERE n_months > 0
