-- name: alert_owner
-- title: Officers answerable for an alert | 预警事件归属
-- kind: base
-- keep: yes
-- source: an alert belongs to the officers on the day it began
-- edges: Rows of alert with the officers of their loan on the start date by share; an alert without a loan with those of the customer by the mean of their shares
--   of its live loans. The shares of an alert add up to 1 but for the twelfth digit.

SELECT
    alert.alert_id,
    coalesce(owner.officer_id, customer_event_owner.officer_id, 'UNASSIGNED') AS officer_id,
    CAST(coalesce(owner.share, customer_event_owner.weight, 1) AS DECIMAL(38,12)) AS share
FROM alert
LEFT JOIN owner
  ON owner.loan_id = alert.loan_id
 AND owner.valid_from <= alert.start_date
 AND owner.valid_to > alert.start_date
LEFT JOIN customer_event_owner
  ON customer_event_owner.event_type = 'WARNING'
 AND customer_event_owner.event_id = alert.alert_id
 AND alert.loan_id IS NULL
