-- name: cmbs_report
-- title: CMBS loan reports while the loan exists | CMBS贷款存续期报告
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; EDGAR ABS XML Technical Specification, payment status and liquidation codes
-- edges: One row per loan and report from its first live report to its exit. The exit is the first report with a code that ends the loan (2 to 9; 1, 10 and 11 are curtailments) and a scheduled balance of zero. Reports repeat an ended loan for ever; everything after the exit is left out, and so is a loan whose first report in the data is already such a repetition.
--   When the report of the exit itself is missing, the first repetition after it stands for it.
--   A report with a blank payment status that is not an exit is left out.
--   The exit report of every ended loan says "current" and carries a fresh paid-through date; its state is PAID_OFF, or LIQUIDATED for code 3, and its days past due are 0.
--   Foreclosure, servicer and paid-through date keep their last known value where a report leaves them blank; state and property type are the last known ones of the whole life, since defeasance makes them blank and nothing else changes them.
--   Days past due count from one month after the paid-through date. Without that date they are the lower edge of the status code: 0 and A 0, B 1, 1 30, 2 60, 3 91, 4 0, 5 91.
--   In a liquidation the borrower pays nothing: the effective paid-through date stays that of the report before.
--   The realised loss is repeated in every report after it appeared; it is taken from the first report that has it, which may come after the exit.

WITH filed_report AS (
    SELECT
        loan.*,
        property.state AS state_in_report,
        property.property_type AS property_type_in_report,
        property.is_foreclosed AS is_foreclosed_in_report,
        property.is_real_estate_owned AS is_real_estate_owned_in_report,
        COALESCE(
            loan.end_code IN ('2', '3', '4', '5', '6', '7', '8', '9') AND COALESCE(loan.scheduled_balance, 0) = 0, FALSE
        ) AS says_ended
    FROM cmbs_filed_loan AS loan
    LEFT JOIN cmbs_filed_property AS property
        ON property.filed_loan_key = loan.filed_loan_key AND property.accession_number = loan.accession_number
),

-- Windows over all that was filed, before repetitions after the exit are dropped: the loss may first be shown in one.
life AS (
    SELECT
        *,
        COUNT(CASE WHEN says_ended THEN 1 END) OVER so_far AS n_ended_reports,
        COUNT(CASE WHEN NOT says_ended THEN payment_status_code END) OVER so_far AS n_live_reports,
        FIRST_VALUE(CASE WHEN realized_loss > 0 THEN realized_loss END) IGNORE NULLS OVER whole_life AS loan_realized_loss,
        FIRST_VALUE(CASE WHEN realized_loss > 0 THEN report_date END) IGNORE NULLS OVER whole_life AS loan_loss_report_date,
        FIRST_VALUE(CASE WHEN realized_loss > 0 THEN known_on END) IGNORE NULLS OVER whole_life AS loan_loss_known_on,
        FIRST_VALUE(CASE WHEN realized_loss > 0 THEN accession_number END) IGNORE NULLS OVER whole_life
            AS loan_loss_accession_number
    FROM filed_report
    WINDOW
        so_far AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        whole_life AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),

existing AS (
    SELECT
        *,
        says_ended AS is_exit,
        CASE
            WHEN says_ended AND end_code = '3' THEN 'LIQUIDATED'
            WHEN says_ended THEN 'PAID_OFF'
            WHEN payment_status_code IN ('0', 'A') THEN 'CURRENT'
            WHEN payment_status_code = 'B' THEN 'LATE_LT30'
            WHEN payment_status_code = '1' THEN 'D30_59'
            WHEN payment_status_code = '2' THEN 'D60_89'
            WHEN payment_status_code = '3' THEN 'D90_PLUS'
            WHEN payment_status_code = '4' THEN 'MATURED_PERFORMING'
            WHEN payment_status_code = '5' THEN 'MATURED_NONPERFORMING'
        END AS source_status,
        CASE WHEN says_ended THEN COALESCE(end_date_filed, report_date) END AS exit_date,
        CASE WHEN says_ended AND end_code = '3' THEN NULL ELSE paid_through_date END AS borrower_paid_through_date
    FROM life
    WHERE
        (NOT says_ended AND n_ended_reports = 0 AND payment_status_code IS NOT NULL)
        OR (says_ended AND n_ended_reports = 1 AND (payment_status_code IS NOT NULL OR n_live_reports > 0))
),

carried AS (
    SELECT
        *,
        ROW_NUMBER() OVER so_far AS report_number,
        COALESCE(LAST_VALUE(is_foreclosed_in_report) IGNORE NULLS OVER so_far, FALSE)
        OR COALESCE(workout_code IN ('2', '7', '10'), FALSE) AS is_foreclosed,
        COALESCE(LAST_VALUE(is_real_estate_owned_in_report) IGNORE NULLS OVER so_far, FALSE)
        OR COALESCE(workout_code = '7', FALSE) AS is_real_estate_owned,
        LAST_VALUE(servicer_code) IGNORE NULLS OVER so_far AS officer_id,
        LAST_VALUE(borrower_paid_through_date) IGNORE NULLS OVER so_far AS known_paid_through_date,
        LAST_VALUE(borrower_paid_through_date) IGNORE NULLS OVER before AS previous_paid_through_date,
        LAST_VALUE(actual_balance) OVER before AS previous_actual_balance,
        FIRST_VALUE(first_due_date) IGNORE NULLS OVER whole_life AS loan_first_due_date,
        LAST_VALUE(state_in_report) IGNORE NULLS OVER whole_life AS loan_state,
        LAST_VALUE(property_type_in_report) IGNORE NULLS OVER whole_life AS loan_property_type,
        LAST_VALUE(exit_date) OVER whole_life AS loan_exit_date,
        CASE WHEN LAST_VALUE(is_exit) OVER whole_life THEN LAST_VALUE(source_status) OVER whole_life END AS loan_exit_status,
        LAST_VALUE(borrower_paid_through_date) IGNORE NULLS OVER whole_life AS loan_paid_through_date
    FROM existing
    WINDOW
        so_far AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        before AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        whole_life AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)

-- Columns that begin with loan_ say the same in every row of a loan.
SELECT
    loan_id,
    CAST(report_number AS BIGINT) AS report_number,
    report_from,
    report_date,
    known_on,
    accession_number,
    is_exit,
    source_status,
    CASE
        WHEN is_exit THEN 0
        WHEN paid_through_date IS NOT NULL
            THEN GREATEST(0, report_date - CAST(paid_through_date + INTERVAL '1 month' AS DATE))
        WHEN payment_status_code = 'B' THEN 1
        WHEN payment_status_code = '1' THEN 30
        WHEN payment_status_code = '2' THEN 60
        WHEN payment_status_code IN ('3', '5') THEN 91
        ELSE 0
    END AS days_past_due,
    NOT is_exit AND (payment_status_code IN ('3', '5') OR is_foreclosed) AS is_npl,
    is_foreclosed,
    is_real_estate_owned,
    exit_date,
    end_code,
    actual_balance,
    previous_actual_balance,
    scheduled_balance,
    opening_scheduled_balance,
    scheduled_interest,
    scheduled_principal,
    COALESCE(unscheduled_principal, 0) AS unscheduled_principal,
    known_paid_through_date AS paid_through_date,
    previous_paid_through_date,
    workout_code,
    modification_code,
    modification_date,
    special_servicer_transfer_date,
    master_servicer_return_date,
    servicer_name,
    officer_id,
    origination_date,
    original_amount,
    original_rate,
    rate_type_code,
    payment_type_code,
    maturity_date,
    loan_first_due_date,
    loan_state,
    loan_property_type,
    loan_exit_date,
    loan_exit_status,
    loan_paid_through_date,
    loan_realized_loss,
    loan_loss_report_date,
    loan_loss_known_on,
    loan_loss_accession_number
FROM carried
