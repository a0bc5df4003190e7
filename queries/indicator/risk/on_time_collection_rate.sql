-- name: on_time_collection_rate
-- title: Principal collected on time | 按期回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.principal_due, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: CGAP OP3 on-time collection
-- edges: Instalments due in the period but those cancelled on or before their due date; principal allocated to them by the due date plus
--   payment_grace_days, cash of that day included, but none after the period end. What was reversed by then does not count. Instalments of two versions
--   with one due date have /v and the version in their key.

WITH cohort AS (
    SELECT
        loan_id,
        schedule_version,
        due_date,
        due_amount,
        received_on_time
    FROM instalment_state
    WHERE component = 'principal'
      AND due_date BETWEEN $period_start AND $period_end
      AND (cancelled_on IS NULL OR cancelled_on > due_date)
),

two_versions AS (
    SELECT loan_id, due_date
    FROM cohort
    WHERE loan_id IN (SELECT loan_id FROM schedule_span)
    GROUP BY loan_id, due_date
    HAVING min(schedule_version) < max(schedule_version)
)

SELECT
    owner.officer_id,
    cohort.loan_id,
    loan.customer_id,
    concat(
        cohort.loan_id, '/', CAST(cohort.due_date AS VARCHAR),
        CASE WHEN two_versions.loan_id IS NULL THEN '' ELSE concat('/v', CAST(cohort.schedule_version AS VARCHAR)) END
    ) AS key,
    CAST(cohort.received_on_time * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS numerator,
    CAST(cohort.due_amount * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS denominator,
    'OWNER_AT_DUE_DATE' AS rule_code
FROM cohort
JOIN loan ON loan.loan_id = cohort.loan_id
JOIN owner
  ON owner.loan_id = cohort.loan_id
 AND owner.valid_from <= cohort.due_date
 AND owner.valid_to > cohort.due_date
LEFT JOIN two_versions
  ON two_versions.loan_id = cohort.loan_id
 AND two_versions.due_date = cohort.due_date
