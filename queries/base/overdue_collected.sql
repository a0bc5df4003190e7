-- name: overdue_collected
-- title: Cash of the period on arrears that stands at its end | 期末有效的逾期清收现金
-- kind: base
-- keep: yes
-- source: cash on arrears belongs to those who held the loan on its value date; a reversal takes back the latest allocations
-- edges: One row per item of overdue_item and payment that pays it and that no reversal of the period took back: cash after the due date and before stopped_on. An
--   item counts from what it had received when it entered the pool, so that cash which only makes up for a reversal of what was paid before does not
--   count. For each item the rows add up to those of overdue_cash, which has every payment and reversal on its own day; here amounts are
--   positive and together never exceed the pool.

SELECT
    overdue_item.loan_id,
    overdue_item.schedule_version,
    overdue_item.instalment_no,
    overdue_item.component,
    overdue_item.due_date,
    standing_cash.payment_id,
    standing_cash.value_date,
    CAST(
        least(overdue_item.before_amount + overdue_item.owed_amount, standing_cash.to_amount)
            - greatest(overdue_item.before_amount + overdue_item.received_reference, standing_cash.from_amount)
        AS DECIMAL(18,2)) AS amount
FROM overdue_item
JOIN standing_cash
  ON standing_cash.loan_id = overdue_item.loan_id
 AND standing_cash.schedule_version = overdue_item.schedule_version
 AND standing_cash.component = overdue_item.component
 AND standing_cash.value_date > overdue_item.due_date
 AND (overdue_item.stopped_on IS NULL OR standing_cash.value_date < overdue_item.stopped_on)
 AND standing_cash.to_amount > overdue_item.before_amount + overdue_item.received_reference
 AND standing_cash.from_amount < overdue_item.before_amount + overdue_item.owed_amount
