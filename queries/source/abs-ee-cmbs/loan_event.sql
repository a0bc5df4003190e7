-- name: loan_event
-- title: Events of CMBS loans | CMBS贷款事件
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; code lists of the EDGAR ABS XML Technical Specification
-- edges: WRITE_OFF is the realised loss, once per loan, with the amount of the first report that shows it, although every later report repeats it; its date is the day the loan ended if the loss is first shown on or after that day, else the date of the report that first shows it. A later change of the reported loss is not followed.
--   PAID_OFF is dated by liquidationPrepaymentDate, else by the report; its reason is NATURAL_MATURITY for a payoff at maturity and REPURCHASED, DISCOUNTED_PAYOFF or EARLY_PAYOFF otherwise. Where the borrower refinanced is not known.
--   RESTRUCTURE is one event per modification date; to_value is the first code shown for it. A code without a date takes the date of its report.
--   FORECLOSURE is the first report of a living loan whose property is in foreclosure or owned by the lender, or whose workout strategy is foreclosure, REO or deed in lieu.

-- Reports repeat a modification for ever, and may later file another code for the same one: its first report counts.
WITH report AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY loan_id, modification_date, modification_code IS NULL AND modification_date IS NULL
            ORDER BY report_number
        ) AS modification_rank,
        ROW_NUMBER() OVER (PARTITION BY loan_id, is_foreclosed AND NOT is_exit ORDER BY report_number) AS foreclosure_rank
    FROM cmbs_report
),

event_type(event_type) AS (
    VALUES ('DISBURSEMENT'), ('WRITE_OFF'), ('PAID_OFF'), ('RESTRUCTURE'), ('FORECLOSURE')
),

-- Each report is held against each type of event, so that the reports are read once.
event AS (
    SELECT
        report.*,
        event_type.event_type
    FROM report
    CROSS JOIN event_type
    WHERE
        (event_type.event_type = 'DISBURSEMENT' AND report.report_number = 1 AND report.origination_date IS NOT NULL)
        OR (event_type.event_type = 'WRITE_OFF' AND report.report_number = 1 AND report.loan_realized_loss IS NOT NULL)
        OR (event_type.event_type = 'PAID_OFF' AND report.is_exit AND report.source_status = 'PAID_OFF')
        OR (
            event_type.event_type = 'RESTRUCTURE'
            AND report.modification_rank = 1
            AND (report.modification_code IS NOT NULL OR report.modification_date IS NOT NULL)
        )
        OR (
            event_type.event_type = 'FORECLOSURE'
            AND report.foreclosure_rank = 1
            AND report.is_foreclosed
            AND NOT report.is_exit
        )
),

described AS (
    SELECT
        loan_id,
        event_type,
        CASE event_type
            WHEN 'DISBURSEMENT' THEN origination_date
            WHEN 'WRITE_OFF'
                THEN CASE WHEN loan_exit_date <= loan_loss_report_date THEN loan_exit_date ELSE loan_loss_report_date END
            WHEN 'PAID_OFF' THEN exit_date
            WHEN 'RESTRUCTURE' THEN COALESCE(modification_date, report_date)
            ELSE report_date
        END AS event_date,
        CASE event_type
            WHEN 'DISBURSEMENT' THEN original_amount
            WHEN 'WRITE_OFF' THEN loan_realized_loss
        END AS amount,
        CASE WHEN event_type = 'RESTRUCTURE' THEN modification_code END AS to_value,
        CASE
            WHEN event_type = 'WRITE_OFF' AND loan_exit_status = 'LIQUIDATED' THEN 'LIQUIDATION'
            WHEN event_type = 'PAID_OFF' AND end_code = '4' THEN 'REPURCHASED'
            WHEN event_type = 'PAID_OFF' AND end_code = '5' THEN 'NATURAL_MATURITY'
            WHEN event_type = 'PAID_OFF' AND end_code = '6' THEN 'DISCOUNTED_PAYOFF'
            WHEN event_type = 'PAID_OFF' THEN 'EARLY_PAYOFF'
            WHEN event_type = 'RESTRUCTURE' THEN 'MODIFICATION'
            WHEN event_type = 'FORECLOSURE' AND is_real_estate_owned THEN 'REAL_ESTATE_OWNED'
            WHEN event_type = 'FORECLOSURE' AND workout_code = '10' THEN 'DEED_IN_LIEU'
            WHEN event_type = 'FORECLOSURE' THEN 'FORECLOSURE'
        END AS reason_code,
        CASE WHEN event_type = 'WRITE_OFF' THEN loan_loss_accession_number ELSE accession_number END AS accession_number,
        CASE WHEN event_type = 'WRITE_OFF' THEN loan_loss_known_on ELSE known_on END AS known_on
    FROM event
)

SELECT
    CONCAT(loan_id, '/', event_type, '/', event_date) AS event_id,
    loan_id,
    event_date,
    event_type,
    amount,
    to_value,
    reason_code,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM described
