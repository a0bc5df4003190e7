-- name: judged_warning
-- title: Warnings with what followed them, and the alert they belong to | 逐条预警（归并为预警事件）
-- kind: base
-- source: judged_by_kind
-- edges: The rows of judged_by_kind for all warnings of the bank together.

SELECT warning_id, subject_id, loan_id, customer_id, issued_on, next_default, alert_no, exclusion
FROM judged_by_kind
WHERE split = 'all'
