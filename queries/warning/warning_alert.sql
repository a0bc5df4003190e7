-- name: warning_alert
-- title: Alerts and what became of them | 预警事件及其结果
-- kind: warning
-- grain: alert_id
-- needs: warning
-- source: sessions of warnings with their outcome; excluded warnings with a row each
-- edges: The rows of alert: all history up to the cutoff, one row per session of warnings, and one per warning that was issued in default, in probation or after the
--   end of the loan (outcome EXCLUDED_IN_DEFAULT, EXCLUDED_AFTER_END). in_period tells whether the outcome became known in the period.

SELECT
    alert_id,
    loan_id,
    customer_id,
    start_date,
    last_date,
    n_warnings,
    merged_warning_ids,
    outcome,
    outcome_date,
    lead_days,
    in_period,
    severity,
    signal_type,
    source,
    score,
    is_known_late
FROM alert
