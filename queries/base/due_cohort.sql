-- name: due_cohort
-- title: Instalments due in the period and what they received, by owner | 期内到期分期及回收（按管户人）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: due-date cohort: bounded by 0 and 1, additive over owners
-- edges: One row per instalment of instalment_state due in the period, component (principal, interest) and officer on the due date, each by share; those
--   cancelled on or before their due date are out. An instalment that a restructure cancels later stays, with what it had received; one that a
--   write-off or a payoff cancels later stays and takes the recoveries and the payoff. close_part is what was received by the period end, on_time_part by
--   the due date plus payment_grace_days. Amounts are in the currency of the project at the rate of loan. Instalments of two versions
--   with one due date have /v and the version in their key.

WITH cohort AS (
    SELECT
        loan_id,
        schedule_version,
        component,
        due_date,
        due_amount,
        received_close,
        received_on_time
    FROM instalment_state
    WHERE due_date BETWEEN $period_start AND $period_end
      AND (cancelled_on IS NULL OR cancelled_on > due_date)
),

two_versions AS (
    SELECT loan_id, due_date, component
    FROM cohort
    WHERE loan_id IN (SELECT loan_id FROM schedule_span)
    GROUP BY loan_id, due_date, component
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
    cohort.component,
    CAST(cohort.due_amount * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS due_part,
    CAST(cohort.received_close * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS close_part,
    CAST(cohort.received_on_time * owner.share * loan.rate_to_base AS DECIMAL(38,12)) AS on_time_part
FROM cohort
JOIN loan ON loan.loan_id = cohort.loan_id
JOIN owner
  ON owner.loan_id = cohort.loan_id
 AND owner.valid_from <= cohort.due_date
 AND owner.valid_to > cohort.due_date
LEFT JOIN two_versions
  ON two_versions.loan_id = cohort.loan_id
 AND two_versions.due_date = cohort.due_date
 AND two_versions.component = cohort.component
