-- name: schedule_span
-- title: Spans of days during which a version of a schedule is in force | 还款计划版本有效区间
-- kind: base
-- keep: yes
-- source: a restructure cancels one version and puts the next in force on the same day
-- edges: Half-open spans, from 0001-01-01 to 9999-12-31 without a gap; only loans with more than one version, all others have one that always is in
--   force. A version begins on the first day on which an instalment of the version before it was cancelled with reason RESTRUCTURED. Instalments due after the
--   period end are not seen, nor are their cancellations. Where for this no cancellation tells, a version begins on the latest RESTRUCTURE event
--   on or before the day its own first instalment is due; without one, on the first cancellation of any reason in the version before it;
--   without any, on the day its first instalment is due. Where a version was cancelled as RESTRUCTURED, has no instalment left that is due on
--   that day or later, and no next version is seen, the next number is in force from that day on and takes the cash, though it has no instalment yet.

WITH rescheduled AS (
    -- A schedule that was never replaced has one version.
    SELECT loan_id
    FROM instalment
    GROUP BY loan_id
    HAVING min(schedule_version) < max(schedule_version)
        OR bool_or(coalesce(cancel_reason = 'RESTRUCTURED', FALSE))
),

version AS (
    SELECT
        loan_id,
        schedule_version,
        min(due_date) AS first_due,
        min(CASE WHEN cancel_reason = 'RESTRUCTURED' THEN cancelled_on END) AS restructured_on,
        min(cancelled_on) AS cancelled_on,
        max(CASE WHEN cancelled_on IS NULL THEN due_date END) AS last_due
    FROM instalment
    WHERE loan_id IN (SELECT loan_id FROM rescheduled)
    GROUP BY loan_id, schedule_version
),

last_version AS (
    SELECT loan_id, max(schedule_version) AS schedule_version
    FROM version
    GROUP BY loan_id
),

any_version AS (
    SELECT loan_id, schedule_version, first_due, restructured_on, cancelled_on
    FROM version
    UNION ALL
    SELECT
        version.loan_id,
        CAST(version.schedule_version + 1 AS INT) AS schedule_version,
        CAST(NULL AS DATE) AS first_due,
        CAST(NULL AS DATE) AS restructured_on,
        CAST(NULL AS DATE) AS cancelled_on
    FROM last_version
    JOIN version
      ON version.loan_id = last_version.loan_id
     AND version.schedule_version = last_version.schedule_version
    WHERE version.restructured_on IS NOT NULL
      AND (version.last_due IS NULL OR version.last_due < version.restructured_on)
),

announced AS (
    SELECT
        version.loan_id,
        version.schedule_version,
        max(loan_event.event_date) AS announced_on
    FROM loan_event
    JOIN version ON version.loan_id = loan_event.loan_id
    WHERE loan_event.event_type = 'RESTRUCTURE'
      AND loan_event.event_date <= version.first_due
    GROUP BY version.loan_id, version.schedule_version
),

linked AS (
    SELECT
        any_version.loan_id,
        any_version.schedule_version,
        coalesce(
            lag(any_version.restructured_on) OVER versions,
            CASE WHEN lag(any_version.schedule_version) OVER versions IS NOT NULL THEN announced.announced_on END,
            lag(any_version.cancelled_on) OVER versions,
            CASE WHEN lag(any_version.schedule_version) OVER versions IS NOT NULL THEN any_version.first_due END,
            DATE '0001-01-01'
        ) AS valid_from,
        count(*) OVER (PARTITION BY any_version.loan_id) AS n_versions
    FROM any_version
    LEFT JOIN announced
      ON announced.loan_id = any_version.loan_id
     AND announced.schedule_version = any_version.schedule_version
    WINDOW versions AS (PARTITION BY any_version.loan_id ORDER BY any_version.schedule_version)
)

SELECT
    loan_id,
    schedule_version,
    valid_from,
    coalesce(lead(valid_from) OVER (PARTITION BY loan_id ORDER BY schedule_version), DATE '9999-12-31') AS valid_to
FROM linked
WHERE n_versions > 1
