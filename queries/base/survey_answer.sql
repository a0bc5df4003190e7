-- name: survey_answer
-- title: Survey answers of the period that count | 期内有效答卷
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: one answer a customer and wave, the latest
-- edges: Answers of the period, those without a date included. Of several answers of one customer to one wave the latest with a mark counts, for csat and nps
--   each on its own, so that an answer that leaves a question open takes nothing away; an answer without a date is the earliest, on a tie the larger id is the
--   latest. Answers without a wave are of one wave; an answer without a customer stands for itself. csat and nps are empty where another answer counts. The
--   answer belongs to the officer it names, else to the officers of the customer on its day by weight; weights of an answer add up to 1.

WITH answer AS (
    SELECT
        response_id,
        customer_id,
        officer_id,
        csat,
        nps,
        row_number() OVER (
            PARTITION BY coalesce(customer_id, response_id), customer_id IS NULL, wave
            ORDER BY csat IS NULL, responded_at DESC NULLS LAST, response_id DESC
        ) AS csat_recency,
        row_number() OVER (
            PARTITION BY coalesce(customer_id, response_id), customer_id IS NULL, wave
            ORDER BY nps IS NULL, responded_at DESC NULLS LAST, response_id DESC
        ) AS nps_recency
    FROM survey_response
    WHERE responded_at IS NULL
       OR CAST(responded_at AS DATE) BETWEEN $period_start AND $period_end
)

SELECT
    answer.response_id,
    answer.customer_id,
    coalesce(answer.officer_id, customer_event_owner.officer_id, 'UNASSIGNED') AS officer_id,
    CASE WHEN answer.csat_recency = 1 THEN answer.csat END AS csat,
    CASE WHEN answer.nps_recency = 1 THEN answer.nps END AS nps,
    coalesce(customer_event_owner.weight, CAST(1 AS DECIMAL(38,12))) AS weight
FROM answer
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'SURVEY'
 AND customer_event_owner.event_id = answer.response_id
 AND answer.officer_id IS NULL
WHERE (answer.csat_recency = 1 AND answer.csat IS NOT NULL)
   OR (answer.nps_recency = 1 AND answer.nps IS NOT NULL)
