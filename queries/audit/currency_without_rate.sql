-- name: currency_without_rate
-- title: Every amount in another currency has its rate | 外币金额均有汇率
-- kind: audit
-- severity: error
-- params: period_start DATE, period_end DATE
-- source: a missing rate is never 1 (BCBS 239, completeness)
-- edges: Loans in another currency than the project: snapshots from the opening to the closing date, payments, events and instalments of the period need a rate in
--   force on their day. Amounts of other days are not looked at.

WITH amount_day AS (
    SELECT foreign_loan.currency, original.snapshot_date AS amount_date
    FROM foreign_loan
    JOIN delivered.loan_snapshot AS original ON original.loan_id = foreign_loan.loan_id
    WHERE original.snapshot_date <= $period_end
      AND original.snapshot_date >= (SELECT coalesce(open_date, $period_start) FROM reporting_date)
    UNION
    SELECT foreign_loan.currency, original.value_date AS amount_date
    FROM foreign_loan
    JOIN delivered.payment AS original ON original.loan_id = foreign_loan.loan_id
    WHERE original.value_date BETWEEN $period_start AND $period_end
    UNION
    SELECT foreign_loan.currency, original.event_date AS amount_date
    FROM foreign_loan
    JOIN delivered.loan_event AS original ON original.loan_id = foreign_loan.loan_id
    WHERE original.event_date BETWEEN $period_start AND $period_end
    UNION
    SELECT foreign_loan.currency, original.due_date AS amount_date
    FROM foreign_loan
    JOIN delivered.instalment AS original ON original.loan_id = foreign_loan.loan_id
    WHERE original.due_date BETWEEN $period_start AND $period_end
)

SELECT
    concat(amount_day.currency, ' ', CAST(amount_day.amount_date AS TEXT)) AS key,
    concat('There are amounts in ', amount_day.currency, ' of ', CAST(amount_day.amount_date AS TEXT),
        ', but fx_rate has no rate in force on that day.') AS detail
FROM amount_day
LEFT JOIN fx_day ON fx_day.currency = amount_day.currency AND fx_day.rate_day = amount_day.amount_date
WHERE fx_day.currency IS NULL
