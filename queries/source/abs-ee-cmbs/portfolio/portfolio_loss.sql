-- name: portfolio_loss
-- title: Realised losses of the period | 本期已实现损失
-- kind: portfolio
-- grain: loan_id, event_date
-- needs: loan_event.amount
-- params: period_start DATE, period_end DATE
-- source: realizedLossToTrustAmount of SEC Form ABS-EE, exhibit 102
-- edges: Each loss once, in the period of its event date. balance_before is the balance owed at the last report before the event in which the loan was alive, NULL if there is none; scheduled_balance_before is the scheduled one of that report. Severity divides the loss by each, and is NULL where that balance is missing or 0.
--   recovered is the principal got back in the liquidation (RECOVERY payments on the same day), advances paid back included.

WITH loss AS (
    SELECT
        loan_id,
        event_date,
        SUM(amount) AS realized_loss
    FROM loan_event
    WHERE
        event_type = 'WRITE_OFF'
        AND amount IS NOT NULL
        AND event_date BETWEEN $period_start AND $period_end
    GROUP BY loan_id, event_date
),

report_before AS (
    SELECT
        loss.loan_id,
        loss.event_date,
        snapshot.principal_balance,
        snapshot.scheduled_balance,
        ROW_NUMBER() OVER (PARTITION BY loss.loan_id, loss.event_date ORDER BY snapshot.snapshot_date DESC) AS reports_back
    FROM loss
    INNER JOIN loan_snapshot AS snapshot
        ON
            snapshot.loan_id = loss.loan_id
            AND snapshot.snapshot_date < loss.event_date
            AND snapshot.status = 'ACTIVE'
),

recovery AS (
    SELECT
        loss.loan_id,
        loss.event_date,
        SUM(payment.principal_paid) AS recovered
    FROM loss
    INNER JOIN payment
        ON
            payment.loan_id = loss.loan_id
            AND payment.value_date = loss.event_date
            AND payment.payment_type = 'RECOVERY'
    GROUP BY loss.loan_id, loss.event_date
)

SELECT
    loss.loan_id,
    loss.event_date,
    CAST(loss.realized_loss AS DECIMAL(18, 2)) AS realized_loss,
    CAST(recovery.recovered AS DECIMAL(18, 2)) AS recovered,
    CAST(report_before.principal_balance AS DECIMAL(18, 2)) AS balance_before,
    CAST(report_before.scheduled_balance AS DECIMAL(18, 2)) AS scheduled_balance_before,
    CAST(loss.realized_loss AS DOUBLE) / CAST(NULLIF(report_before.principal_balance, 0) AS DOUBLE) AS severity_on_balance,
    CAST(loss.realized_loss AS DOUBLE) / CAST(NULLIF(report_before.scheduled_balance, 0) AS DOUBLE) AS severity_on_scheduled_balance
FROM loss
LEFT JOIN report_before
    ON
        report_before.loan_id = loss.loan_id
        AND report_before.event_date = loss.event_date
        AND report_before.reports_back = 1
LEFT JOIN recovery
    ON recovery.loan_id = loss.loan_id AND recovery.event_date = loss.event_date
