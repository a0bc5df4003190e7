-- name: service_tier_coverage
-- title: Service given as the service matrix asks | 差异化服务达标率
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: manager and visits: officers on each day, the mean of their shares of the customer's live loans; answers: the same on the day the request was opened
-- needs: service_matrix.size_band, customer.size_band, loan.product_code, inspection.completed_at, service_request.first_response_at
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 差异化服务, 大额专属客户经理, 定期上门
-- edges: Three kinds of requirement, told apart by the rule. MANAGER: a customer who is to have a manager of their own is one unit, days of the period
--   without such a loan taken off pro rata; met if on every other day an officer held a share of a live loan of theirs, else no one's part of it is met. VISIT:
--   likewise for visits; met if on none of those days the visit was late. It is late from the day after visit_every_months have passed since the last completed
--   inspection of the customer, up to the day it is made, that day included; before the first inspection the time runs from the origination of the oldest loan
--   that asks for visits. RESPONSE: each request of a customer who on the day of opening had a live loan with max_response_hours (the shortest of several) is
--   one unit; met if answered within those hours, to the second; counted in the period of its answer if in time, else of the end of the limit; open inside the
--   limit: out. Sizes and products without a row in the matrix ask for nothing.

WITH unmanaged AS (
    SELECT customer_id
    FROM (
        SELECT customer_id, span_from
        FROM service_span
        WHERE is_managed
        GROUP BY customer_id, span_from
        HAVING NOT bool_or(officer_id <> 'UNASSIGNED')
    ) AS unmanaged_span
    GROUP BY customer_id
),

visit_span AS (
    SELECT DISTINCT
        customer_id,
        span_from,
        span_to,
        visit_every_months,
        visits_begin_on
    FROM service_span
    WHERE visit_every_months IS NOT NULL
),

visit_day AS (
    -- Days from which the time to the next visit runs; where the beginning is not known, time has run from ever.
    SELECT customer_id, coalesce(visits_begin_on, DATE '0001-01-01') AS visited_on
    FROM visit_span
    UNION
    SELECT visit_span.customer_id, CAST(inspection.completed_at AS DATE) AS visited_on
    FROM visit_span
    JOIN inspection ON inspection.customer_id = visit_span.customer_id
    WHERE CAST(inspection.completed_at AS DATE) <= $period_end
      AND (visit_span.visits_begin_on IS NULL OR CAST(inspection.completed_at AS DATE) >= visit_span.visits_begin_on)
),

visit_gap AS (
    SELECT
        customer_id,
        visited_on,
        CASE
            WHEN lead(customer_id) OVER (ORDER BY customer_id, visited_on) = customer_id
                THEN lead(visited_on) OVER (ORDER BY customer_id, visited_on)
            ELSE DATE '9999-12-30'
        END AS next_on
    FROM visit_day
),

unvisited AS (
    -- From the day after the next visit was due to the day it was made, both late.
    SELECT DISTINCT visit_span.customer_id
    FROM visit_span
    JOIN visit_gap ON visit_gap.customer_id = visit_span.customer_id
    WHERE greatest(
            visit_span.span_from,
            CAST(visit_gap.visited_on + CAST(concat(CAST(visit_span.visit_every_months AS VARCHAR), ' months') AS INTERVAL) AS DATE)
                + CAST(1 AS INT)
          ) < least(visit_span.span_to, visit_gap.next_on + CAST(1 AS INT))
),

limited AS (
    SELECT
        service_request.request_id,
        service_request.customer_id,
        service_request.opened_at,
        service_request.first_response_at,
        min(service_matrix.max_response_hours) AS max_response_hours
    FROM service_request
    JOIN customer ON customer.customer_id = service_request.customer_id
    JOIN loan ON loan.customer_id = service_request.customer_id
    JOIN service_matrix
      ON service_matrix.size_band = customer.size_band
     AND service_matrix.product_code = loan.product_code
    WHERE service_matrix.max_response_hours IS NOT NULL
      AND (loan.origination_date IS NULL OR loan.origination_date <= CAST(service_request.opened_at AS DATE))
      AND (loan.ended_on IS NULL OR loan.ended_on >= CAST(service_request.opened_at AS DATE))
    GROUP BY service_request.request_id, service_request.customer_id, service_request.opened_at, service_request.first_response_at
),

timed AS (
    SELECT
        request_id,
        customer_id,
        first_response_at,
        opened_at + CAST(concat(CAST(max_response_hours AS VARCHAR), ' hours') AS INTERVAL) AS limit_at
    FROM limited
),

answered AS (
    SELECT
        request_id,
        customer_id,
        coalesce(first_response_at <= limit_at, FALSE) AS is_in_time,
        CAST(CASE WHEN first_response_at <= limit_at THEN first_response_at ELSE limit_at END AS DATE) AS outcome_on
    FROM timed
)

SELECT
    service_span.officer_id,
    service_span.customer_id,
    service_span.customer_id AS key,
    CASE WHEN unmanaged.customer_id IS NULL THEN service_span.weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    service_span.weight AS denominator,
    'MANAGER' AS rule_code
FROM service_span
LEFT JOIN unmanaged ON unmanaged.customer_id = service_span.customer_id
WHERE service_span.is_managed
UNION ALL
SELECT
    service_span.officer_id,
    service_span.customer_id,
    service_span.customer_id AS key,
    CASE WHEN unvisited.customer_id IS NULL THEN service_span.weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    service_span.weight AS denominator,
    'VISIT' AS rule_code
FROM service_span
LEFT JOIN unvisited ON unvisited.customer_id = service_span.customer_id
WHERE service_span.visit_every_months IS NOT NULL
UNION ALL
SELECT
    customer_event_owner.officer_id,
    answered.customer_id,
    answered.request_id AS key,
    CASE WHEN answered.is_in_time THEN customer_event_owner.weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    customer_event_owner.weight AS denominator,
    'RESPONSE' AS rule_code
FROM answered
JOIN customer_event_owner
  ON customer_event_owner.event_type = 'REQUEST'
 AND customer_event_owner.event_id = answered.request_id
WHERE answered.outcome_on BETWEEN $period_start AND $period_end
