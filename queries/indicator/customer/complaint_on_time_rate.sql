-- name: complaint_on_time_rate
-- title: Complaints settled in time | 投诉按期办结率
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day of the incident, the mean of their shares of the customer's live loans
-- needs: complaint.closed_at
-- params: period_start DATE, period_end DATE, complaint_days_simple INT, complaint_days_complex INT
-- source: 银行业保险业消费投诉处理管理办法 (2020): 15 days, 30 for complex cases
-- edges: Complaints but withdrawn ones and repeated ones, by what was found or by naming the complaint repeated. The limit is that many days after the day of
--   receipt, its last day in time; a complaint of unknown complexity is simple. It counts in the period of its outcome: the day it was closed if in time, else
--   the last day of the limit. Open inside the limit: out.

WITH timed AS (
    SELECT
        complaint_id,
        loan_id,
        customer_id,
        CAST(closed_at AS DATE) AS closed_on,
        CAST(received_at AS DATE)
            + CAST(CASE WHEN complexity = 'COMPLEX' THEN $complaint_days_complex ELSE $complaint_days_simple END AS INT) AS limit_on
    FROM complaint
    WHERE coalesce(disposition, '') NOT IN ('DUPLICATE', 'WITHDRAWN')
      AND duplicate_of IS NULL
),

judged AS (
    SELECT
        complaint_id,
        loan_id,
        customer_id,
        coalesce(closed_on <= limit_on, FALSE) AS is_in_time,
        CASE WHEN closed_on <= limit_on THEN closed_on ELSE limit_on END AS outcome_on
    FROM timed
)

SELECT
    customer_event_owner.officer_id,
    judged.loan_id,
    judged.customer_id,
    judged.complaint_id AS key,
    CASE WHEN judged.is_in_time THEN customer_event_owner.weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    customer_event_owner.weight AS denominator
FROM judged
JOIN customer_event_owner
  ON customer_event_owner.event_type = 'COMPLAINT'
 AND customer_event_owner.event_id = judged.complaint_id
WHERE judged.outcome_on BETWEEN $period_start AND $period_end
