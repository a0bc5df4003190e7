-- name: balance_roll_forward
-- title: Balances follow from the movements | 余额滚动核对
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE, roll_forward_tolerance DECIMAL(18,2), roll_forward_relative DOUBLE
-- source: accounting identity of a loan account
-- edges: Checked only where payments are delivered, for consecutive snapshot dates of the data from the opening to the closing snapshot and loans that are
--   ACTIVE before and ACTIVE, PAID_OFF or WRITTEN_OFF after; loans sold are not checked, because a sale states its price. Movements
--   after the first and up to the second date count. The amount of a RESTRUCTURE is added with its sign, a WRITE_OFF_REVERSAL gives back.
--   RECOVERY cash on or after a write-off of the loan reduces nothing, because the principal is off the book. The difference may
--   be as large as the greater of roll_forward_tolerance and roll_forward_relative times the balance before.

WITH report AS (
    SELECT
        snapshot_date,
        lead(snapshot_date) OVER (ORDER BY snapshot_date) AS next_date
    FROM (
        SELECT DISTINCT snapshot_date
        FROM delivered.loan_snapshot AS loan_snapshot
        WHERE snapshot_date >= coalesce((SELECT open_date FROM reporting_date), $period_start)
          AND snapshot_date <= $period_end
    ) AS report_date
),

snapshot_in_period AS (
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.snapshot_date,
        report.next_date,
        loan_snapshot.status,
        loan_snapshot.principal_balance
    FROM delivered.loan_snapshot AS loan_snapshot
    JOIN report ON report.snapshot_date = loan_snapshot.snapshot_date
    WHERE loan_snapshot.snapshot_date >= coalesce((SELECT open_date FROM reporting_date), $period_start)
      AND loan_snapshot.snapshot_date <= $period_end
      AND (SELECT count(*) FROM delivered.payment) > 0
),

step AS (
    SELECT
        before.loan_id,
        before.snapshot_date,
        before.next_date,
        before.principal_balance AS balance_before,
        after.principal_balance AS balance_after
    FROM snapshot_in_period AS before
    JOIN snapshot_in_period AS after
      ON after.loan_id = before.loan_id
     AND after.snapshot_date = before.next_date
    WHERE before.status = 'ACTIVE'
      AND after.status IN ('ACTIVE', 'PAID_OFF', 'WRITTEN_OFF')
),

first_write_off AS (
    SELECT loan_id, min(event_date) AS write_off_date
    FROM delivered.loan_event AS loan_event
    WHERE event_type = 'WRITE_OFF'
    GROUP BY loan_id
),

movement AS (
    SELECT
        payment.loan_id,
        payment.value_date AS movement_date,
        -payment.principal_paid AS amount
    FROM delivered.payment AS payment
    LEFT JOIN first_write_off ON first_write_off.loan_id = payment.loan_id
    WHERE NOT (coalesce(payment.payment_type = 'RECOVERY', FALSE)
               AND coalesce(payment.value_date >= first_write_off.write_off_date, FALSE))
    UNION ALL
    SELECT
        loan_id,
        event_date AS movement_date,
        CASE WHEN event_type = 'WRITE_OFF' THEN -coalesce(amount, 0) ELSE coalesce(amount, 0) END AS amount
    FROM delivered.loan_event AS loan_event
    WHERE event_type IN ('DISBURSEMENT', 'RESTRUCTURE', 'WRITE_OFF', 'WRITE_OFF_REVERSAL')
),

dated_movement AS (
    -- Each movement with the step in which it falls.
    SELECT
        movement.loan_id,
        report.next_date,
        sum(movement.amount) AS amount
    FROM movement
    JOIN report
      ON movement.movement_date > report.snapshot_date
     AND movement.movement_date <= report.next_date
    WHERE movement.movement_date >= coalesce((SELECT open_date FROM reporting_date), $period_start)
      AND movement.movement_date <= $period_end
    GROUP BY movement.loan_id, report.next_date
),

checked AS (
    SELECT
        step.loan_id,
        step.snapshot_date,
        step.next_date,
        step.balance_before,
        step.balance_after,
        coalesce(dated_movement.amount, 0) AS moved,
        step.balance_after - step.balance_before - coalesce(dated_movement.amount, 0) AS difference
    FROM step
    LEFT JOIN dated_movement
      ON dated_movement.loan_id = step.loan_id
     AND dated_movement.next_date = step.next_date
)

SELECT
    concat(loan_id, '/', CAST(next_date AS TEXT)) AS key,
    concat('Loan ', loan_id, ' has ', CAST(balance_after AS TEXT), ' on ', CAST(next_date AS TEXT), ', but ',
        CAST(balance_before AS TEXT), ' on ', CAST(snapshot_date AS TEXT), ' and movements of ', CAST(CAST(moved AS DECIMAL(18,2)) AS TEXT),
        ' give ', CAST(CAST(balance_before + moved AS DECIMAL(18,2)) AS TEXT), ', a difference of ',
        CAST(CAST(difference AS DECIMAL(18,2)) AS TEXT), '.') AS detail
FROM checked
WHERE abs(CAST(difference AS DOUBLE)) > greatest(
    CAST($roll_forward_tolerance AS DOUBLE),
    CAST($roll_forward_relative AS DOUBLE) * CAST(balance_before AS DOUBLE)
)
