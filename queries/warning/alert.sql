-- name: alert
-- title: Alerts and what became of them | 预警事件及其结果
-- kind: base
-- source: alert_by_kind
-- edges: The rows of alert_by_kind for all warnings of the bank together.

SELECT
    alert_no,
    alert_id,
    subject_id,
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
FROM alert_by_kind
WHERE split = 'all'
