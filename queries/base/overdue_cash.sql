-- name: overdue_cash
-- title: Cash of the period that went to arrears | 期内清收逾期的现金（逐笔分配）
-- kind: base
-- keep: yes
-- source: component-wise first in first out allocation: alloc = max(0, min(dueCum, payCum) - max(dueCum before, payCum before))
-- edges: One row per item of overdue_item and payment that moved it: cash of the period after the due date and before stopped_on. A reversal
--   takes back what came last and is negative; an item never falls below what it had received when it entered the pool.

WITH collectable AS (
    SELECT DISTINCT loan_id, schedule_version, component
    FROM overdue_item
),

running AS (
    SELECT
        cash_component.payment_id,
        cash_component.loan_id,
        cash_component.schedule_version,
        cash_component.component,
        cash_component.value_date,
        cash_component.paid,
        CASE WHEN cash_component.component = 'principal' THEN account_opening.principal_paid ELSE account_opening.interest_paid END
            + sum(cash_component.paid) OVER (
                PARTITION BY cash_component.loan_id, cash_component.schedule_version, cash_component.component
                ORDER BY cash_component.value_date, cash_component.payment_id ROWS UNBOUNDED PRECEDING
            ) AS paid_after
    FROM collectable
    JOIN cash_component
      ON cash_component.loan_id = collectable.loan_id
     AND cash_component.schedule_version = collectable.schedule_version
     AND cash_component.component = collectable.component
    JOIN account_opening
      ON account_opening.loan_id = cash_component.loan_id
     AND account_opening.schedule_version = cash_component.schedule_version
),

allocated AS (
    SELECT
        overdue_item.loan_id,
        overdue_item.schedule_version,
        overdue_item.instalment_no,
        overdue_item.component,
        overdue_item.due_date,
        running.payment_id,
        running.value_date,
        greatest(overdue_item.received_reference, least(overdue_item.owed_amount, running.paid_after - overdue_item.before_amount))
            - greatest(overdue_item.received_reference, least(overdue_item.owed_amount, running.paid_after - running.paid - overdue_item.before_amount))
            AS amount
    FROM overdue_item
    JOIN running
      ON running.loan_id = overdue_item.loan_id
     AND running.schedule_version = overdue_item.schedule_version
     AND running.component = overdue_item.component
     AND running.value_date > overdue_item.due_date
     AND (overdue_item.stopped_on IS NULL OR running.value_date < overdue_item.stopped_on)
)

SELECT
    loan_id,
    schedule_version,
    instalment_no,
    component,
    due_date,
    payment_id,
    value_date,
    CAST(amount AS DECIMAL(18,2)) AS amount
FROM allocated
WHERE amount <> 0
