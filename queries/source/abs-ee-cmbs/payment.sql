-- name: payment
-- title: Payments of CMBS loans | CMBS贷款还款
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; the paid-through date is the due date of the last instalment the borrower has paid
-- edges: SCHEDULED, one row per instalment that the paid-through date newly reaches, on the report date, because the true day inside the period is not known; on the day the loan was paid off, if that came before. Forborne instalments count as paid when the paid-through date moves over them.
--   A date that moves back gives one REVERSAL per instalment it takes back, with negative amounts, naming the payment it reverses.
--   An instalment that was paid ahead of its own report is known only when both reports are filed. Instalments of nothing give no payment.
--   Unscheduled principal is the PAYOFF of a loan that is paid off and the RECOVERY (net proceeds) of one that is liquidated, both on the day the loan ended; from a living loan it is a PREPAYMENT on the report date, or a REVERSAL where it is negative.
--   A liquidation has a second RECOVERY: the actual balance before it less the scheduled balance, the principal advances that are paid back to the servicer first. This is inferred: with it the actual balance closes to the loss.
--   In a liquidation the borrower pays no instalment, whatever the paid-through date says.

WITH step AS (
    SELECT
        loan_id,
        report_date,
        known_on,
        accession_number,
        CASE WHEN is_exit THEN LEAST(report_date, exit_date) ELSE report_date END AS value_date,
        paid_through_date,
        COALESCE(previous_paid_through_date, DATE '0001-01-01') AS previous_paid_through_date
    FROM cmbs_report
    WHERE paid_through_date IS NOT NULL
),

-- The sign says whether the instalment was reached or taken back in this report.
moved AS (
    SELECT
        step.loan_id,
        step.report_date,
        step.value_date,
        step.accession_number,
        instalment.due_date,
        CASE WHEN step.paid_through_date > step.previous_paid_through_date THEN 1 ELSE -1 END AS direction,
        instalment.principal_due,
        instalment.interest_due,
        GREATEST(step.known_on, instalment.known_on) AS known_at
    FROM step
    INNER JOIN cmbs_instalment AS instalment
        ON
            instalment.loan_id = step.loan_id
            AND instalment.due_date > LEAST(step.previous_paid_through_date, step.paid_through_date)
            AND instalment.due_date <= GREATEST(step.previous_paid_through_date, step.paid_through_date)
    WHERE instalment.principal_due <> 0 OR instalment.interest_due <> 0
),

instalment_payment AS (
    SELECT
        CONCAT(loan_id, '/', report_date, '/INSTALMENT/', due_date) AS payment_id,
        loan_id,
        report_date,
        value_date,
        due_date,
        CASE WHEN direction > 0 THEN 'SCHEDULED' ELSE 'REVERSAL' END AS payment_type,
        direction * principal_due AS principal_paid,
        direction * interest_due AS interest_paid,
        accession_number,
        known_at
    FROM moved
),

-- A reversal takes back the last payment of the same instalment before it.
instalment_payment_with_reversed AS (
    SELECT
        *,
        CASE
            WHEN payment_type = 'REVERSAL'
                THEN LAG(payment_id) OVER (PARTITION BY loan_id, due_date ORDER BY report_date)
        END AS reverses_payment_id
    FROM instalment_payment
),

-- Principal that is no instalment: one kind of row for each way in which a report can show it.
other_kind(kind) AS (
    VALUES ('UNSCHEDULED'), ('ADVANCES_PAID_BACK')
),

other_amount AS (
    SELECT
        report.loan_id,
        report.report_date,
        COALESCE(report.exit_date, report.report_date) AS value_date,
        report.source_status,
        other_kind.kind,
        CASE
            WHEN other_kind.kind = 'UNSCHEDULED' THEN report.unscheduled_principal
            WHEN report.source_status = 'LIQUIDATED'
                THEN GREATEST(report.previous_actual_balance - report.opening_scheduled_balance, 0)
        END AS principal_paid,
        report.accession_number,
        report.known_on
    FROM cmbs_report AS report
    CROSS JOIN other_kind
),

other_payment AS (
    SELECT
        CASE
            WHEN principal_paid < 0 THEN 'REVERSAL'
            WHEN source_status = 'PAID_OFF' THEN 'PAYOFF'
            WHEN source_status = 'LIQUIDATED' THEN 'RECOVERY'
            ELSE 'PREPAYMENT'
        END AS payment_type,
        loan_id,
        report_date,
        value_date,
        kind,
        principal_paid,
        accession_number,
        known_on
    FROM other_amount
    WHERE principal_paid <> 0
)

SELECT
    payment_id,
    loan_id,
    value_date,
    payment_type,
    CAST(principal_paid AS DECIMAL(18, 2)) AS principal_paid,
    CAST(interest_paid AS DECIMAL(18, 2)) AS interest_paid,
    reverses_payment_id,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_at
FROM instalment_payment_with_reversed
UNION ALL
SELECT
    CONCAT(loan_id, '/', report_date, '/', payment_type, '/', kind) AS payment_id,
    loan_id,
    value_date,
    payment_type,
    CAST(principal_paid AS DECIMAL(18, 2)) AS principal_paid,
    CAST(0 AS DECIMAL(18, 2)) AS interest_paid,
    CAST(NULL AS TEXT) AS reverses_payment_id,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM other_payment
