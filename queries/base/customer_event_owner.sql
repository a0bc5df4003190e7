-- name: customer_event_owner
-- title: Officers answerable for an event of a customer | 客户事件归属
-- kind: base
-- keep: yes
-- params: period_end DATE
-- source: the mean of an officer's shares of the loans of the customer that are live on the day of the event
-- edges: One row per event and officer; the weights of an event add up to 1 but for the twelfth digit. A loan is live from its origination to
--   its end, both days included; one without an origination date always was. If no loan is live, all loans originated by then count; without any, UNASSIGNED. Complaints
--   count on the day of the incident, requests on the day they were opened, sales on the day of the sale, answers on the day they were given,
--   warnings on a whole customer on the day they were issued.
--   An answer without a day counts on the last day of the period. Whoever a record names as its officer does not matter here.

WITH event AS (
    SELECT 'COMPLAINT' AS event_type, complaint_id AS event_id, customer_id, incident_date AS event_date FROM complaint
    UNION ALL
    SELECT 'REQUEST' AS event_type, request_id AS event_id, customer_id, CAST(opened_at AS DATE) AS event_date FROM service_request
    UNION ALL
    SELECT 'SALE' AS event_type, sale_id AS event_id, customer_id, sale_date AS event_date FROM cross_sell
    UNION ALL
    SELECT 'SURVEY' AS event_type, response_id AS event_id, customer_id, coalesce(CAST(responded_at AS DATE), $period_end) AS event_date
    FROM survey_response
    UNION ALL
    SELECT 'WARNING' AS event_type, warning_id AS event_id, customer_id, issued_on AS event_date
    FROM warning
    WHERE loan_id IS NULL
),

candidate AS (
    SELECT
        event.event_type,
        event.event_id,
        event.event_date,
        loan.loan_id,
        CASE WHEN loan.ended_on IS NULL OR loan.ended_on >= event.event_date THEN 1 ELSE 0 END AS is_live
    FROM event
    JOIN loan ON loan.customer_id = event.customer_id
    WHERE loan.origination_date IS NULL
       OR loan.origination_date <= event.event_date
),

with_live AS (
    SELECT event_type, event_id, max(is_live) AS is_any_live
    FROM candidate
    GROUP BY event_type, event_id
),

qualifying AS (
    SELECT candidate.event_type, candidate.event_id, candidate.event_date, candidate.loan_id
    FROM candidate
    JOIN with_live
      ON with_live.event_type = candidate.event_type
     AND with_live.event_id = candidate.event_id
     AND with_live.is_any_live = candidate.is_live
),

loan_count AS (
    SELECT event_type, event_id, count(*) AS n_loans
    FROM qualifying
    GROUP BY event_type, event_id
),

weighted AS (
    SELECT qualifying.event_type, qualifying.event_id, owner.officer_id, sum(owner.share) AS share
    FROM qualifying
    JOIN owner
      ON owner.loan_id = qualifying.loan_id
     AND owner.valid_from <= qualifying.event_date
     AND owner.valid_to > qualifying.event_date
    GROUP BY qualifying.event_type, qualifying.event_id, owner.officer_id
)

SELECT
    event.event_type,
    event.event_id,
    event.customer_id,
    event.event_date,
    coalesce(weighted.officer_id, 'UNASSIGNED') AS officer_id,
    CASE
        WHEN weighted.officer_id IS NULL THEN CAST(1 AS DECIMAL(38,12))
        ELSE CAST(CAST(weighted.share AS DECIMAL(26,12)) / loan_count.n_loans AS DECIMAL(38,12))
    END AS weight
FROM event
LEFT JOIN weighted ON weighted.event_type = event.event_type AND weighted.event_id = event.event_id
LEFT JOIN loan_count ON loan_count.event_type = event.event_type AND loan_count.event_id = event.event_id
