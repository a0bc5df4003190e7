-- name: event_by_kind
-- title: Default episodes and whether each kind of warning foresaw them | 违约事件与各类预警命中
-- kind: base
-- keep: yes
-- params: lead_days INT, horizon_days INT
-- source: event-level recall: every default counted once; Drehmann and Juselius (2014)
-- edges: All history up to the cutoff, one row per kind of warning_by_kind and span of subject_default; d is its first day. Tested in this order: LEFT_TRUNCATED when d - horizon_days lies before first_day of warning_scope; TOO_NEW when the subject was originated less than lead_days before d; DETECTED when a warning outside default and
--   probation lies horizon_days to lead_days before d, both included, and not before the end of the default before; LATE when one lies only in the days after that and before d; else MISSED. The
--   warnings count each for itself, not the beginning of their session. lead_days is d less the first warning of the window, for DETECTED.

WITH span AS (
    SELECT
        subject_default.subject_id,
        subject_default.loan_id,
        subject_default.default_date,
        subject_default.ead,
        subject_default.relapses,
        subject_default.default_date - CAST($horizon_days AS INT) AS horizon_start,
        greatest(
            subject_default.default_date - CAST($horizon_days AS INT),
            coalesce(subject_default.previous_end, DATE '0001-01-01')
        ) AS window_start,
        subject_default.default_date - CAST($lead_days AS INT) AS window_end
    FROM subject_default
),

seen AS (
    SELECT
        judged_by_kind.split,
        judged_by_kind.code,
        span.subject_id,
        span.default_date,
        min(CASE WHEN judged_by_kind.issued_on <= span.window_end THEN judged_by_kind.issued_on END) AS first_timely,
        max(CASE WHEN judged_by_kind.issued_on > span.window_end THEN judged_by_kind.issued_on END) AS last_late
    FROM span
    JOIN judged_by_kind
      ON judged_by_kind.subject_id = span.subject_id
     AND judged_by_kind.issued_on >= span.window_start
     AND judged_by_kind.issued_on < span.default_date
    WHERE judged_by_kind.exclusion IS NULL
    GROUP BY judged_by_kind.split, judged_by_kind.code, span.subject_id, span.default_date
),

judged AS (
    SELECT
        warning_kind.split,
        warning_kind.code,
        span.subject_id,
        span.loan_id,
        span.default_date,
        span.ead,
        span.relapses,
        seen.first_timely,
        CASE
            WHEN span.horizon_start < (SELECT first_day FROM warning_scope) THEN 'LEFT_TRUNCATED'
            WHEN warned_subject.originated_on > span.window_end THEN 'TOO_NEW'
            WHEN seen.first_timely IS NOT NULL THEN 'DETECTED'
            WHEN seen.last_late IS NOT NULL THEN 'LATE'
            ELSE 'MISSED'
        END AS detection
    FROM warning_kind
    CROSS JOIN span
    LEFT JOIN warned_subject ON warned_subject.subject_id = span.subject_id
    LEFT JOIN seen
      ON seen.split = warning_kind.split
     AND seen.code = warning_kind.code
     AND seen.subject_id = span.subject_id
     AND seen.default_date = span.default_date
)

SELECT
    judged.split,
    judged.code,
    judged.subject_id,
    judged.loan_id,
    loan.customer_id,
    judged.default_date,
    judged.detection,
    CASE WHEN judged.detection = 'DETECTED' THEN CAST(judged.default_date - judged.first_timely AS INT) END AS lead_days,
    judged.relapses,
    CAST(judged.ead AS DECIMAL(18,2)) AS ead
FROM judged
LEFT JOIN loan ON loan.loan_id = judged.loan_id
