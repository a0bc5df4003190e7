-- name: complaint_count
-- title: Complaints, number | 客户投诉次数
-- kind: indicator
-- dimension: CUSTOMER
-- better: lower
-- unit: count
-- aggregate: sum
-- owner: officers on the day of the incident, the mean of their shares of the customer's live loans
-- needs: complaint.disposition
-- params: period_start DATE, period_end DATE
-- source: CBIRC 通报 (valid complaints); 银行业保险业消费投诉处理管理办法 (2020)
-- edges: Complaints received in the period and found VALID; a repeated, withdrawn or unsubstantiated one does not count, nor one not yet decided. One that
--   names the complaint it repeats is repeated whatever was found.

SELECT
    customer_event_owner.officer_id,
    complaint.loan_id,
    complaint.customer_id,
    complaint.complaint_id AS key,
    customer_event_owner.weight AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator
FROM complaint
JOIN customer_event_owner
  ON customer_event_owner.event_type = 'COMPLAINT'
 AND customer_event_owner.event_id = complaint.complaint_id
WHERE complaint.disposition = 'VALID'
  AND complaint.duplicate_of IS NULL
  AND CAST(complaint.received_at AS DATE) BETWEEN $period_start AND $period_end
