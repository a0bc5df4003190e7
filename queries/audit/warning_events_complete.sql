-- name: warning_events_complete
-- title: Every default is an event of the warnings | 违约事件全部纳入预警评价
-- kind: audit
-- severity: error
-- alongside: warning_event
-- params: level TEXT
-- source: survivorship: recall over the loans that are still on the book flatters
-- edges: Default episodes of loans, also of those that have ended, for which no event of all warnings together holds a span that contains the day of default. The last day of a span is not in it, its first is.

WITH episode AS (
    SELECT
        CASE WHEN $level = 'loan' THEN default_episode.loan_id ELSE coalesce(loan.customer_id, loan.loan_id) END AS subject_id,
        default_episode.loan_id,
        default_episode.default_date
    FROM default_episode
    JOIN loan ON loan.loan_id = default_episode.loan_id
),

span AS (
    SELECT event_by_kind.subject_id, subject_default.default_date, subject_default.episode_end
    FROM event_by_kind
    JOIN subject_default
      ON subject_default.subject_id = event_by_kind.subject_id
     AND subject_default.default_date = event_by_kind.default_date
    WHERE event_by_kind.split = 'all'
)

SELECT
    concat(episode.loan_id, ' ', CAST(episode.default_date AS VARCHAR)) AS key,
    'The default is in no event of warning_event, so recall would leave it out' AS detail
FROM episode
WHERE NOT EXISTS (
    SELECT 1
    FROM span
    WHERE span.subject_id = episode.subject_id
      AND span.default_date <= episode.default_date
      AND (span.episode_end > episode.default_date OR span.default_date = episode.default_date)
)
