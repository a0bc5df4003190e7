-- name: complaint
-- title: Complaints, each with the day of the incident | 客户投诉（补齐事件日期）
-- kind: base
-- source: 银行业保险业消费投诉处理管理办法 (2020): the incident is dated by receipt where nothing else is known
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
