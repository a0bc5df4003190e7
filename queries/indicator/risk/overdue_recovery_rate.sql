-- name: overdue_recovery_rate
-- title: Overdue amounts collected | 逾期贷款回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: cash: officers on its value date by share; what stays uncollected: officers at the period end, within handover_grace_days of a hand-over the transferors
-- needs: instalment.principal_due, payment.principal_paid
-- source: 银行贷后管理绩效考核 逾期贷款回收率; CGAP clean-up report
-- edges: Arrears at the opening and amounts newly missed in the period, principal and interest apart; cash of the period that first in first out gives to them
--   after their due date. What a restructure cancelled in the period stays in the pool without cash; what a write-off or a payoff cancelled stays in it and
--   takes the recoveries and the payoff. Cash that a reversal of the period took back counts for nobody, so that the value lies between 0 and 1 for each
--   officer too. Instalments of two versions with one due date have /v and the version in their key.

WITH collected AS (
    SELECT loan_id, schedule_version, instalment_no, component, sum(amount) AS amount
    FROM overdue_collected
    GROUP BY loan_id, schedule_version, instalment_no, component
),

uncollected AS (
    SELECT
        overdue_item.loan_id,
        overdue_item.schedule_version,
        overdue_item.component,
        overdue_item.due_date,
        overdue_item.pool - coalesce(collected.amount, 0) AS amount
    FROM overdue_item
    LEFT JOIN collected
      ON collected.loan_id = overdue_item.loan_id
     AND collected.schedule_version = overdue_item.schedule_version
     AND collected.instalment_no = overdue_item.instalment_no
     AND collected.component = overdue_item.component
),

two_versions AS (
    SELECT loan_id, due_date, component
    FROM overdue_item
    GROUP BY loan_id, due_date, component
    HAVING min(schedule_version) < max(schedule_version)
),

part AS (
    SELECT
        owner.officer_id,
        overdue_collected.loan_id,
        overdue_collected.schedule_version,
        overdue_collected.component,
        overdue_collected.due_date,
        CAST(overdue_collected.amount * owner.share AS DECIMAL(38,12)) AS numerator,
        CAST(overdue_collected.amount * owner.share AS DECIMAL(38,12)) AS denominator,
        'CASH_OWNER_AT_VALUE_DATE' AS rule_code
    FROM overdue_collected
    JOIN owner
      ON owner.loan_id = overdue_collected.loan_id
     AND owner.valid_from <= overdue_collected.value_date
     AND owner.valid_to > overdue_collected.value_date
    UNION ALL
    SELECT
        closing_owner.officer_id,
        uncollected.loan_id,
        uncollected.schedule_version,
        uncollected.component,
        uncollected.due_date,
        CAST(0 AS DECIMAL(38,12)) AS numerator,
        CAST(CAST(uncollected.amount * closing_owner.share * (closing_owner.fall_before + closing_owner.fall) AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
            - CAST(CAST(uncollected.amount * closing_owner.share * closing_owner.fall_before AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
            AS denominator,
        closing_owner.rule_code
    FROM uncollected
    JOIN closing_owner ON closing_owner.loan_id = uncollected.loan_id
    WHERE uncollected.amount <> 0
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
