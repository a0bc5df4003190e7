-- name: survey_answer
-- title: Survey answers of the period that count | 期内有效答卷
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: one answer a customer and wave, the latest
-- edges: Answers of the period, those without a date included. Of several answers of one customer to one wave the latest counts (one without a date
--   first, the larger id on a tie); an answer without a customer stands for itself. The answer belongs to the officer it names, else to the officers of the
--   customer on its day by weight; weights of an answer add up to 1.

WITH answer AS (
    SELECT
        response_id,
        customer_id,
        officer_id,
        csat,
        nps,
        row_number() OVER (
            PARTITION BY coalesce(customer_id, response_id), customer_id IS NULL, wave
            ORDER BY responded_at DESC NULLS LAST, response_id DESC
        ) AS recency
    FROM survey_response
    WHERE responded_at IS NULL
       OR CAST(responded_at AS DATE) BETWEEN $period_start AND $period_end
)

SELECT
    answer.response_id,
    answer.customer_id,
    coalesce(answer.officer_id, customer_event_owner.officer_id, 'UNASSIGNED') AS officer_id,
    answer.csat,
    answer.nps,
    coalesce(customer_event_owner.weight, CAST(1 AS DECIMAL(38,12))) AS weight
FROM answer
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'SURVEY'
 AND customer_event_owner.event_id = answer.response_id
 AND answer.officer_id IS NULL
WHERE answer.recency = 1
