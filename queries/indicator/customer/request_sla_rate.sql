-- name: request_sla_rate
-- title: Requests settled in time | 及时响应客户诉求率
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day the request was opened, the mean of their shares of the customer's live loans
-- needs: service_request.resolved_at
-- params: period_start DATE, period_end DATE, request_sla_days INT
-- source: 银行贷后管理绩效考核 及时响应客户诉求
-- edges: The limit is request_sla_days after the day of opening, whole days of waiting for the customer added. A request settled on the last day of the limit
--   is in time. It counts in the period of its outcome: the day it was settled if in time, else the last day of the limit. Open inside the limit: out.
--   A limit that ends on the last day of the period without a settlement is a miss.

WITH timed AS (
    SELECT
        request_id,
        customer_id,
        CAST(resolved_at AS DATE) AS resolved_on,
        CAST(opened_at AS DATE) + CAST($request_sla_days + coalesce(paused_minutes, 0) / 1440 AS INT) AS limit_on
    FROM service_request
),

judged AS (
    SELECT
        request_id,
        customer_id,
        coalesce(resolved_on <= limit_on, FALSE) AS is_in_time,
        CASE WHEN resolved_on <= limit_on THEN resolved_on ELSE limit_on END AS outcome_on
    FROM timed
)

SELECT
    customer_event_owner.officer_id,
    judged.customer_id,
    judged.request_id AS key,
    CASE WHEN judged.is_in_time THEN customer_event_owner.weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    customer_event_owner.weight AS denominator
FROM judged
JOIN customer_event_owner
  ON customer_event_owner.event_type = 'REQUEST'
 AND customer_event_owner.event_id = judged.request_id
WHERE judged.outcome_on BETWEEN $period_start AND $period_end
