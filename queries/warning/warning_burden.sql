-- name: warning_burden
-- title: Days at risk and days in warning | 风险天数与预警天数
-- kind: base
-- keep: yes
-- params: cutoff DATE, validity_days INT
-- source: Snyder et al. (2008), time in warning
-- edges: One row per kind of warning_by_kind, and one for all (code ALL) also without a warning. A subject is at risk from the later of first_day of warning_scope and its origination to the earlier of its end and the cutoff, both days included, but for the
--   days of default and probation. A warning outside these flags its subject on its own day and the validity_days - 1 days after it, until the next warning, the next default, the end of the subject or the
--   cutoff; days before first_day do not count. Days that two warnings flag count once.
--   n_alerts are the alerts that began on a day at risk, n_subjects the subjects with a day at risk, n_subjects_flagged those with a flagged day.

WITH span AS (
    SELECT
        warned_subject.subject_id,
        greatest(coalesce(warned_subject.originated_on, warning_scope.first_day), warning_scope.first_day) AS from_day,
        least(coalesce(warned_subject.ended_on, $cutoff), $cutoff) + CAST(1 AS INT) AS to_day
    FROM warned_subject
    CROSS JOIN warning_scope
    WHERE warning_scope.first_day IS NOT NULL
),

living AS (
    SELECT subject_id, from_day, to_day FROM span WHERE from_day < to_day
),

in_default AS (
    SELECT
        living.subject_id,
        sum(
            greatest(
                0,
                least(living.to_day, subject_default.episode_end) - greatest(living.from_day, subject_default.default_date)
            )
        ) AS days
    FROM living
    JOIN subject_default ON subject_default.subject_id = living.subject_id
    GROUP BY living.subject_id
),

at_risk AS (
    SELECT
        coalesce(sum(living.to_day - living.from_day - coalesce(in_default.days, 0)), 0) AS days_at_risk,
        count(*) FILTER (WHERE living.to_day - living.from_day > coalesce(in_default.days, 0)) AS n_subjects
    FROM living
    LEFT JOIN in_default ON in_default.subject_id = living.subject_id
),

begun AS (
    SELECT alert_by_kind.split, alert_by_kind.code, count(*) AS n_alerts
    FROM alert_by_kind
    JOIN living ON living.subject_id = alert_by_kind.subject_id
    WHERE alert_by_kind.outcome NOT LIKE 'EXCLUDED%'
      AND alert_by_kind.start_date >= living.from_day
      AND alert_by_kind.start_date < living.to_day
    GROUP BY alert_by_kind.split, alert_by_kind.code
),

flag AS (
    SELECT
        judged_by_kind.split,
        judged_by_kind.code,
        judged_by_kind.subject_id,
        greatest(judged_by_kind.issued_on, living.from_day) AS from_day,
        least(
            judged_by_kind.issued_on + CAST($validity_days AS INT),
            coalesce(
                lead(judged_by_kind.issued_on) OVER (
                    PARTITION BY judged_by_kind.split, judged_by_kind.code, judged_by_kind.subject_id
                    ORDER BY judged_by_kind.issued_on, judged_by_kind.warning_id
                ),
                DATE '9999-12-31'
            ),
            coalesce(judged_by_kind.next_default, DATE '9999-12-31'),
            living.to_day
        ) AS to_day
    FROM judged_by_kind
    JOIN living ON living.subject_id = judged_by_kind.subject_id
    WHERE judged_by_kind.exclusion IS NULL
),

flagged AS (
    SELECT split, code, sum(to_day - from_day) AS days_flagged, count(DISTINCT subject_id) AS n_subjects_flagged
    FROM flag
    WHERE from_day < to_day
    GROUP BY split, code
)

SELECT
    warning_kind.split,
    warning_kind.code,
    CAST(at_risk.days_at_risk AS BIGINT) AS days_at_risk,
    CAST(coalesce(flagged.days_flagged, 0) AS BIGINT) AS days_flagged,
    at_risk.n_subjects,
    coalesce(flagged.n_subjects_flagged, 0) AS n_subjects_flagged,
    coalesce(begun.n_alerts, 0) AS n_alerts
FROM warning_kind
CROSS JOIN at_risk
LEFT JOIN flagged ON flagged.split = warning_kind.split AND flagged.code = warning_kind.code
LEFT JOIN begun ON begun.split = warning_kind.split AND begun.code = warning_kind.code
