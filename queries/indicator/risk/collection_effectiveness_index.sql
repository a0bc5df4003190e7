-- name: collection_effectiveness_index
-- title: Collection effectiveness index | 催收有效指数
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: cash: officers on its value date by share; what stays unpaid: officers at the period end, within handover_grace_days of a hand-over the transferors
-- needs: instalment.principal_due, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: Credit Research Foundation, CEI: (beginning + sales - ending total) / (beginning + sales - ending current)
-- edges: Principal and interest apart, per instalment: unpaid at the opening, or fallen due in the period less what had been paid before it; less what is unpaid at the
--   close, over the same less what is unpaid at the close and due on the last day of the period. So cash of the period counts in both parts, on
--   time or late, and what is unpaid and past due in the denominator. Instalments cancelled before the period, or on or before their
--   due date, are out; what a restructure in the period leaves unpaid counts as unpaid, a recovery after a write-off as cash. What a reversal
--   of the period took back of cash from before it counts as unpaid at the opening. Cash that was reversed in the period counts for nobody.
--   Instalments of two versions with one due date have /v and the version in their key.

WITH item AS (
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        component,
        due_date,
        stopped_on,
        owed_amount,
        before_amount,
        received_close - received_opening AS collected,
        due_amount - received_close AS unpaid
    FROM instalment_state
    WHERE cancelled_on IS NULL
       OR cancelled_on > greatest(due_date, $period_start - CAST(1 AS INT))
),

moved_loan AS (
    -- Where owners changed or cash was taken back it matters which payment paid what.
    SELECT loan_id
    FROM owner
    WHERE valid_from > $period_start
      AND valid_from <= $period_end
    UNION
    SELECT loan_id
    FROM cash_component
    WHERE component IN ('principal', 'interest')
      AND paid < 0
),

collected AS (
    SELECT loan_id, schedule_version, component, due_date, $period_end AS value_date, collected AS amount
    FROM item
    WHERE NOT EXISTS (SELECT 1 FROM moved_loan WHERE moved_loan.loan_id = item.loan_id)
    UNION ALL
    SELECT
        item.loan_id,
        item.schedule_version,
        item.component,
        item.due_date,
        standing_cash.value_date,
        least(item.before_amount + item.owed_amount, standing_cash.to_amount) - greatest(item.before_amount, standing_cash.from_amount) AS amount
    FROM moved_loan
    JOIN item ON item.loan_id = moved_loan.loan_id
    JOIN standing_cash
      ON standing_cash.loan_id = item.loan_id
     AND standing_cash.schedule_version = item.schedule_version
     AND standing_cash.component = item.component
     AND (item.stopped_on IS NULL OR standing_cash.value_date < item.stopped_on)
     AND standing_cash.to_amount > item.before_amount
     AND standing_cash.from_amount < item.before_amount + item.owed_amount
),

two_versions AS (
    SELECT loan_id, due_date, component
    FROM item
    WHERE loan_id IN (SELECT loan_id FROM schedule_span)
    GROUP BY loan_id, due_date, component
    HAVING min(schedule_version) < max(schedule_version)
),

part AS (
    SELECT
        owner.officer_id,
        collected.loan_id,
        collected.schedule_version,
        collected.component,
        collected.due_date,
        CAST(collected.amount * owner.share AS DECIMAL(38,12)) AS numerator,
        CAST(collected.amount * owner.share AS DECIMAL(38,12)) AS denominator,
        'CASH_OWNER_AT_VALUE_DATE' AS rule_code
    FROM collected
    JOIN owner
      ON owner.loan_id = collected.loan_id
     AND owner.valid_from <= collected.value_date
     AND owner.valid_to > collected.value_date
    WHERE collected.amount <> 0
    UNION ALL
    SELECT
        closing_owner.officer_id,
        item.loan_id,
        item.schedule_version,
        item.component,
        item.due_date,
        CAST(0 AS DECIMAL(38,12)) AS numerator,
        CAST(CAST(item.unpaid * closing_owner.share * (closing_owner.fall_before + closing_owner.fall) AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
            - CAST(CAST(item.unpaid * closing_owner.share * closing_owner.fall_before AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
            AS denominator,
        closing_owner.rule_code
    FROM item
    JOIN closing_owner ON closing_owner.loan_id = item.loan_id
    WHERE item.unpaid <> 0
      AND item.due_date < $period_end
)

SELECT
    part.officer_id,
    part.loan_id,
    loan.customer_id,
    concat(
        part.loan_id, '/', CAST(part.due_date AS VARCHAR), '/', part.component,
        CASE WHEN two_versions.loan_id IS NULL THEN '' ELSE concat('/v', CAST(part.schedule_version AS VARCHAR)) END
    ) AS key,
    CAST(part.numerator * loan.rate_to_base AS DECIMAL(38,12)) AS numerator,
    CAST(part.denominator * loan.rate_to_base AS DECIMAL(38,12)) AS denominator,
    part.rule_code
FROM part
JOIN loan ON loan.loan_id = part.loan_id
LEFT JOIN two_versions
  ON two_versions.loan_id = part.loan_id
 AND two_versions.due_date = part.due_date
 AND two_versions.component = part.component
