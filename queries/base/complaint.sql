-- name: complaint
-- title: Complaints, each with the day of the incident | 客户投诉（补齐事件日期）
-- kind: base
-- source: postloan design, section 3 (incident_date is the date of receipt where absent); catalogue sections 0.5 and 1.4
-- edges: A delivered incident date stays, also when it lies long before the receipt.

SELECT
    complaint_id,
    customer_id,
    loan_id,
    received_at,
    coalesce(incident_date, CAST(received_at AS DATE)) AS incident_date,
    channel,
    disposition,
    duplicate_of,
    complexity,
    closed_at,
    source_system,
    batch_id,
    known_at
FROM input.complaint
