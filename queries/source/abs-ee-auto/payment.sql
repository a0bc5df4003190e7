-- name: payment
-- title: Payments of auto loans | 车贷还款
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102: PRC, PMT, REC and REP; value date is the end of the month, because the day inside it is not known
-- edges: Interest is not reported: interest_paid is total paid less principal, so it includes fees; it is empty where no total is reported, and the whole payment where no principal is. A month in which nothing was paid gives no payment.
--   PAYOFF in the month in which the loan ends as paid, else SCHEDULED; a prepayment cannot be told from an instalment.
--   A negative principal, or a total below the principal, gives a REVERSAL with the negative part beside a payment with the other part, so that the two add up to what is reported.
--   REC and REP above 0 are RECOVERY, one row each, also in months without a balance. Below 0 they are costs of recovery, see recovery_cost, and no REVERSAL, because a reversal would take back payments of the borrower.

WITH kind(kind) AS (
    VALUES ('PAID'), ('TAKEN_BACK'), ('RECOVERED'), ('REPOSSESSION')
),

-- Each report is held against each kind of payment, so that the reports are read once.
amount AS (
    SELECT
        auto_report.loan_id,
        auto_report.month_no,
        auto_report.month_end,
        kind.kind,
        CASE kind.kind
            WHEN 'PAID' THEN GREATEST(COALESCE(auto_report.principal_collected, 0), 0)
            WHEN 'TAKEN_BACK' THEN LEAST(COALESCE(auto_report.principal_collected, 0), 0)
            WHEN 'RECOVERED' THEN GREATEST(COALESCE(auto_report.recovered, 0), 0)
            ELSE GREATEST(COALESCE(auto_report.repossession_proceeds, 0), 0)
        END AS principal_paid,
        CASE kind.kind
            WHEN 'PAID'
                THEN CASE
                    WHEN auto_report.total_paid IS NOT NULL
                        THEN GREATEST(auto_report.total_paid - COALESCE(auto_report.principal_collected, 0), 0)
                END
            WHEN 'TAKEN_BACK'
                THEN CASE
                    WHEN auto_report.total_paid IS NOT NULL
                        THEN LEAST(auto_report.total_paid - COALESCE(auto_report.principal_collected, 0), 0)
                END
            ELSE 0
        END AS interest_paid,
        CASE
            WHEN kind.kind = 'TAKEN_BACK' THEN 'REVERSAL'
            WHEN kind.kind <> 'PAID' THEN 'RECOVERY'
            WHEN auto_report.is_end AND auto_report.status = 'PAID_OFF' THEN 'PAYOFF'
            ELSE 'SCHEDULED'
        END AS payment_type,
        auto_report.source_system,
        auto_report.batch_id,
        auto_report.known_at
    FROM auto_report
    CROSS JOIN kind
)

SELECT
    CONCAT(loan_id, '/', LPAD(CAST(month_no AS TEXT), 3, '0'), '/', kind) AS payment_id,
    loan_id,
    month_end AS value_date,
    payment_type,
    CAST(principal_paid AS DECIMAL(18, 2)) AS principal_paid,
    CAST(interest_paid AS DECIMAL(18, 2)) AS interest_paid,
    CASE WHEN kind = 'REPOSSESSION' THEN 'REPOSSESSION' END AS collection_channel,
    source_system,
    batch_id,
    known_at
FROM amount
WHERE principal_paid <> 0 OR interest_paid <> 0
