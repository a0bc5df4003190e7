-- name: signal_alert
-- title: Alerts of signals and what became of them | 信号预警事件及其结果
-- kind: signal
-- grain: signal_id, alert_id
-- source: alert_by_kind
-- edges: The rows behind signal_accuracy: one per signal and session of its rows on one subject, and one per row that fell into default, probation or after the end (outcome EXCLUDED_IN_DEFAULT, EXCLUDED_AFTER_END), as in warning_alert. alert_id
--   names loan, customer and day of the first row.

SELECT
    code AS signal_id,
    alert_id,
    loan_id,
    customer_id,
    start_date,
    last_date,
    n_warnings,
    outcome,
    outcome_date,
    lead_days,
    severity,
    score
FROM alert_by_kind
WHERE split = 'signal'
