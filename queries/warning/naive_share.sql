-- name: naive_share
-- title: The naive share of warnings that came true | 朴素口径：预警后曾违约占比
-- kind: base
-- source: the classical mistake, beside the right numbers
-- edges: Per kind of warning_by_kind its warnings, also those in default, and those of them whose subject ever defaulted by the cutoff, before or after the warning; and the same of the distinct subjects. It takes late
--   warnings, stale ones and those of loans in default for successes, counts no horizon, and counts a subject as often as it was warned of.

WITH warned AS (
    SELECT split, code, subject_id, count(*) AS n_warnings
    FROM judged_by_kind
    GROUP BY split, code, subject_id
),

defaulted AS (
    SELECT DISTINCT subject_id FROM subject_default
)

SELECT
    warned.split,
    warned.code,
    sum(warned.n_warnings) AS n_warnings,
    coalesce(sum(warned.n_warnings) FILTER (WHERE defaulted.subject_id IS NOT NULL), 0) AS n_warnings_defaulted,
    count(*) AS n_subjects,
    count(defaulted.subject_id) AS n_subjects_defaulted
FROM warned
LEFT JOIN defaulted ON defaulted.subject_id = warned.subject_id
GROUP BY warned.split, warned.code
