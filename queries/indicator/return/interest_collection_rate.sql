-- name: interest_collection_rate
-- title: Interest collected of what fell due | 利息实收率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio
-- owner: officers on the due date by share
-- needs: instalment.interest_due, payment.interest_paid
-- params: period_start DATE, period_end DATE
-- source: the article 利息收入保障; 利息收回率
-- edges: Instalments due in the period but those cancelled on or before their due date; interest allocated to them by the period end, first in first out. An instalment
--   that a restructure cancels later stays, with what it had received; one that a write-off or a payoff cancels later stays and takes the
--   recoveries and the payoff. Instalments of two versions with one due date have /v and the version in their key.

WITH cohort AS (
    SELECT
        loan_id,
        schedule_version,
        due_date,
        due_amount,
        received_close
    FROM instalment_state
    WHERE component = 'interest'
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
    CAST(cohort.received_close * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS numerator,
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
