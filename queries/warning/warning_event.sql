-- name: warning_event
-- title: Default episodes and whether they were foreseen | 违约事件与预警命中
-- kind: warning
-- grain: loan_id, default_date
-- needs: warning
-- source: event-level recall: every default counted once; Drehmann and Juselius (2014)
-- edges: The rows of event_by_kind for all warnings of the bank together. All history up to the cutoff, one row per span of subject_default; d is its first day. Tested in this order: LEFT_TRUNCATED when d - horizon_days lies before first_day of warning_scope (warning_start, else the first day of the month of the first warning); TOO_NEW when the subject was originated less than lead_days before d; DETECTED when a warning outside default and
--   probation lies horizon_days to lead_days before d, both included, and not before the end of the default before; LATE when one lies only in the days after that and before d; else MISSED. The
--   warnings count each for itself, not the beginning of their session. lead_days is d less the first warning of the window, for DETECTED.

SELECT loan_id, customer_id, default_date, detection, lead_days, relapses, ead
FROM event_by_kind
WHERE split = 'all'
