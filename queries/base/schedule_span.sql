-- name: schedule_span
-- title: Spans of days during which a version of a schedule is in force | 还款计划版本有效区间
-- kind: base
-- keep: yes
-- source: a restructure cancels one version and puts the next in force on the same day
-- edges: Half-open spans, from 0001-01-01 to 9999-12-31 without a gap; only loans with more than one version, all others have one that always is in
--   force. A version ends on the first day on which an instalment of it was cancelled with reason RESTRUCTURED; without one, on the first cancellation
--   of any reason; without any, on the day before which the next version's first instalment is due.

WITH version AS (
    SELECT
        loan_id,
        schedule_version,
        min(due_date) AS first_due,
        min(CASE WHEN cancel_reason = 'RESTRUCTURED' THEN cancelled_on END) AS restructured_on,
        min(cancelled_on) AS cancelled_on
    FROM instalment
    GROUP BY loan_id, schedule_version
),

linked AS (
    SELECT
        loan_id,
        schedule_version,
        coalesce(
            lag(coalesce(restructured_on, cancelled_on)) OVER versions,
            CASE WHEN lag(schedule_version) OVER versions IS NOT NULL THEN first_due END,
            DATE '0001-01-01'
        ) AS valid_from,
        count(*) OVER (PARTITION BY loan_id) AS n_versions
    FROM version
    WINDOW versions AS (PARTITION BY loan_id ORDER BY schedule_version)
)

SELECT
    loan_id,
    schedule_version,
    valid_from,
    coalesce(lead(valid_from) OVER (PARTITION BY loan_id ORDER BY schedule_version), DATE '9999-12-31') AS valid_to
FROM linked
WHERE n_versions > 1
