-- name: overdue_cash
-- title: Cash of the period that went to arrears | 期内清收逾期的现金（逐笔分配）
-- kind: base
-- keep: yes
-- params: period_start DATE
-- source: component-wise first in first out allocation: alloc = max(0, min(dueCum, payCum) - max(dueCum before, payCum before))
-- edges: One row per item of overdue_item and payment that moved it: cash of the period after the due date and before stopped_on. A reversal
--   takes back what came last and is negative; an item never falls below what it had received when it entered the pool.

WITH component_cash AS (
    SELECT payment_id, loan_id, schedule_version, 'principal' AS component, value_date, collection_channel, payment_type, principal_paid AS paid
    FROM cash
    WHERE value_date >= $period_start
    UNION ALL
    SELECT payment_id, loan_id, schedule_version, 'interest' AS component, value_date, collection_channel, payment_type, interest_paid AS paid
    FROM cash
    WHERE value_date >= $period_start
),

collectable AS (
    SELECT DISTINCT loan_id, schedule_version, component
    FROM overdue_item
),

running AS (
    SELECT
        component_cash.payment_id,
        component_cash.loan_id,
        component_cash.schedule_version,
        component_cash.component,
        component_cash.value_date,
        component_cash.collection_channel,
        component_cash.payment_type,
        component_cash.paid,
        CASE WHEN component_cash.component = 'principal' THEN account_opening.principal_paid ELSE account_opening.interest_paid END
            + sum(component_cash.paid) OVER (
                PARTITION BY component_cash.loan_id, component_cash.schedule_version, component_cash.component
                ORDER BY component_cash.value_date, component_cash.payment_id ROWS UNBOUNDED PRECEDING
            ) AS paid_after
    FROM collectable
    JOIN component_cash
      ON component_cash.loan_id = collectable.loan_id
     AND component_cash.schedule_version = collectable.schedule_version
     AND component_cash.component = collectable.component
    JOIN account_opening
      ON account_opening.loan_id = component_cash.loan_id
     AND account_opening.schedule_version = component_cash.schedule_version
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
        running.payment_type,
        running.collection_channel,
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
    payment_type,
    collection_channel,
    CAST(amount AS DECIMAL(18,2)) AS amount
FROM allocated
WHERE amount <> 0
