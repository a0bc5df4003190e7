-- name: cash
-- title: Cash of the period and before, each with the schedule it pays | 还款现金（归属还款计划版本）
-- kind: base
-- params: period_end DATE
-- source: first in first out inside one version of the schedule
-- edges: Every payment up to the period end, reversals with their negative amounts. schedule_version is the version in force on the value date; a reversal that names
--   its payment belongs to that payment's version. 0 for loans with a single version. Amounts are in
--   the currency of the loan, like those of the instalments, so that a change of the exchange rate makes no arrears.

WITH reversed AS (
    SELECT payment_id, value_date
    FROM delivered.payment
    WHERE payment_id IN (SELECT reverses_payment_id FROM delivered.payment WHERE reverses_payment_id IS NOT NULL)
),

dated AS (
    SELECT
        payment.payment_id,
        payment.loan_id,
        payment.value_date,
        payment.payment_type,
        payment.collection_channel,
        payment.principal_paid,
        coalesce(payment.interest_paid, 0) AS interest_paid,
        coalesce(reversed.value_date, payment.value_date) AS version_date
    FROM delivered.payment AS payment
    LEFT JOIN reversed ON reversed.payment_id = payment.reverses_payment_id
    WHERE payment.value_date <= $period_end
)

SELECT
    dated.payment_id,
    dated.loan_id,
    coalesce(schedule_span.schedule_version, 0) AS schedule_version,
    dated.value_date,
    dated.payment_type,
    dated.collection_channel,
    dated.principal_paid,
    dated.interest_paid
FROM dated
LEFT JOIN schedule_span
  ON schedule_span.loan_id = dated.loan_id
 AND schedule_span.valid_from <= dated.version_date
 AND schedule_span.valid_to > dated.version_date
