-- name: overdue_recovery_rate
-- title: Overdue amounts collected | 逾期贷款回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: cash: officers on its value date by share; what stays uncollected: officers at the period end, within handover_grace_days of a hand-over the transferors
-- needs: instalment.principal_due, payment.principal_paid
-- source: the article 逾期贷款回收率; CGAP clean-up report
-- edges: Arrears at the opening and amounts newly missed in the period, principal and interest apart; cash of the period that first in first out gives to them
--   after their due date. What was written off, restructured or capitalised in the period stays in the pool without cash. The value lies between 0 and 1.

WITH collected AS (
    SELECT loan_id, schedule_version, instalment_no, component, sum(amount) AS amount
    FROM overdue_cash
    GROUP BY loan_id, schedule_version, instalment_no, component
),

uncollected AS (
    SELECT
        overdue_item.loan_id,
        overdue_item.component,
        overdue_item.due_date,
        overdue_item.pool - coalesce(collected.amount, 0) AS amount
    FROM overdue_item
    LEFT JOIN collected
      ON collected.loan_id = overdue_item.loan_id
     AND collected.schedule_version = overdue_item.schedule_version
     AND collected.instalment_no = overdue_item.instalment_no
     AND collected.component = overdue_item.component
)

SELECT
    owner.officer_id,
    overdue_cash.loan_id,
    loan.customer_id,
    concat(overdue_cash.loan_id, '/', CAST(overdue_cash.due_date AS VARCHAR), '/', overdue_cash.component) AS key,
    CAST(overdue_cash.amount * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(overdue_cash.amount * owner.share AS DECIMAL(38,12)) AS denominator,
    'CASH_OWNER_AT_VALUE_DATE' AS rule_code
FROM overdue_cash
JOIN loan ON loan.loan_id = overdue_cash.loan_id
JOIN owner
  ON owner.loan_id = overdue_cash.loan_id
 AND owner.valid_from <= overdue_cash.value_date
 AND owner.valid_to > overdue_cash.value_date
UNION ALL
SELECT
    closing_owner.officer_id,
    uncollected.loan_id,
    loan.customer_id,
    concat(uncollected.loan_id, '/', CAST(uncollected.due_date AS VARCHAR), '/', uncollected.component) AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(CAST(uncollected.amount * closing_owner.share * (closing_owner.fall_before + closing_owner.fall) AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
        - CAST(CAST(uncollected.amount * closing_owner.share * closing_owner.fall_before AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
        AS denominator,
    closing_owner.rule_code
FROM uncollected
JOIN loan ON loan.loan_id = uncollected.loan_id
JOIN closing_owner ON closing_owner.loan_id = uncollected.loan_id
WHERE uncollected.amount <> 0
