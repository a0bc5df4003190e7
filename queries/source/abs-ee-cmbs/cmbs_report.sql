-- name: cmbs_report
-- title: CMBS loan reports while the loan exists | CMBS贷款存续期报告
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; EDGAR ABS XML Technical Specification, payment status and liquidation codes
-- edges: One row per loan and report from its first live report to its exit. The exit is the first report with a code that ends the loan (2 to 9; 1, 10 and 11 are curtailments) and a scheduled balance of zero. Reports repeat an ended loan for ever; everything after the exit is left out, and so is a loan whose first report in the data is already such a repetition.
--   When the report of the exit itself is missing, the first repetition after it stands for it.
--   A report with a blank payment status that is not an exit is left out.
--   The exit report of every ended loan says "current" and carries a fresh paid-through date; its state is PAID_OFF, or LIQUIDATED for code 3, and its days past due are 0.
--   State, property type, foreclosure and servicer keep their last known value where a report leaves them blank; the terms of the loan are those of its first report.
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

life AS (
    SELECT
        *,
        COUNT(CASE WHEN says_ended THEN 1 END) OVER up_to_this_report AS n_ended_reports,
        COUNT(CASE WHEN NOT says_ended THEN payment_status_code END) OVER up_to_this_report AS n_live_reports
    FROM filed_report
    WINDOW up_to_this_report AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

-- The loss may first be shown in a report after the exit, so it is looked for before those are dropped.
first_loss AS (
    SELECT
        loan_id,
        realized_loss,
        report_date,
        date_filed,
        accession_number,
        ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY report_date) AS loss_rank
    FROM filed_report
    WHERE realized_loss > 0
),

existing AS (
    SELECT
        *,
        says_ended AS is_exit
    FROM life
    WHERE
        (NOT says_ended AND n_ended_reports = 0 AND payment_status_code IS NOT NULL)
        OR (says_ended AND n_ended_reports = 1 AND (payment_status_code IS NOT NULL OR n_live_reports > 0))
),

carried AS (
    SELECT
        *,
        ROW_NUMBER() OVER so_far AS report_number,
        LAST_VALUE(state_in_report) IGNORE NULLS OVER so_far AS state,
        LAST_VALUE(property_type_in_report) IGNORE NULLS OVER so_far AS property_type,
        COALESCE(LAST_VALUE(is_foreclosed_in_report) IGNORE NULLS OVER so_far, FALSE)
        OR COALESCE(workout_code IN ('2', '7', '10'), FALSE) AS is_foreclosed,
        COALESCE(LAST_VALUE(is_real_estate_owned_in_report) IGNORE NULLS OVER so_far, FALSE)
        OR COALESCE(workout_code = '7', FALSE) AS is_real_estate_owned,
        LAST_VALUE(servicer_code) IGNORE NULLS OVER so_far AS officer_id,
        FIRST_VALUE(first_due_date) IGNORE NULLS OVER whole_life AS loan_first_due_date,
        LAST_VALUE(paid_through_date) IGNORE NULLS OVER so_far AS known_paid_through_date,
        LAST_VALUE(paid_through_date) IGNORE NULLS OVER before AS previous_paid_through_date,
        LAG(actual_balance) OVER (PARTITION BY loan_id ORDER BY report_date) AS previous_actual_balance
    FROM existing
    WINDOW
        so_far AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        before AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        whole_life AS (PARTITION BY loan_id ORDER BY report_date ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)

SELECT
    carried.loan_id,
    carried.report_number,
    carried.report_from,
    carried.report_date,
    carried.date_filed,
    carried.accession_number,
    carried.is_exit,
    CASE
        WHEN carried.is_exit AND carried.end_code = '3' THEN 'LIQUIDATED'
        WHEN carried.is_exit THEN 'PAID_OFF'
        WHEN carried.payment_status_code IN ('0', 'A') THEN 'CURRENT'
        WHEN carried.payment_status_code = 'B' THEN 'LATE_LT30'
        WHEN carried.payment_status_code = '1' THEN 'D30_59'
        WHEN carried.payment_status_code = '2' THEN 'D60_89'
        WHEN carried.payment_status_code = '3' THEN 'D90_PLUS'
        WHEN carried.payment_status_code = '4' THEN 'MATURED_PERFORMING'
        WHEN carried.payment_status_code = '5' THEN 'MATURED_NONPERFORMING'
    END AS source_status,
    CASE
        WHEN carried.is_exit THEN 0
        WHEN carried.paid_through_date IS NOT NULL
            THEN GREATEST(0, carried.report_date - CAST(carried.paid_through_date + INTERVAL '1 month' AS DATE))
        WHEN carried.payment_status_code = 'B' THEN 1
        WHEN carried.payment_status_code = '1' THEN 30
        WHEN carried.payment_status_code = '2' THEN 60
        WHEN carried.payment_status_code IN ('3', '5') THEN 91
        ELSE 0
    END AS days_past_due,
    NOT carried.is_exit AND (carried.payment_status_code IN ('3', '5') OR carried.is_foreclosed) AS is_npl,
    carried.is_foreclosed,
    carried.is_real_estate_owned,
    CASE WHEN carried.is_exit THEN COALESCE(carried.end_date_filed, carried.report_date) END AS exit_date,
    carried.end_code,
    carried.actual_balance,
    carried.previous_actual_balance,
    carried.scheduled_balance,
    carried.opening_scheduled_balance,
    carried.scheduled_interest,
    carried.scheduled_principal,
    COALESCE(carried.unscheduled_principal, 0) AS unscheduled_principal,
    CASE
        WHEN carried.is_exit AND carried.end_code = '3' THEN carried.previous_paid_through_date
        ELSE carried.known_paid_through_date
    END AS paid_through_date,
    carried.previous_paid_through_date,
    carried.workout_code,
    carried.modification_code,
    carried.modification_date,
    carried.special_servicer_transfer_date,
    carried.master_servicer_return_date,
    carried.servicer_name,
    carried.officer_id,
    carried.state,
    carried.property_type,
    carried.loan_first_due_date AS first_due_date,
    carried.origination_date,
    carried.original_amount,
    carried.original_rate,
    carried.rate_type_code,
    carried.payment_type_code,
    carried.maturity_date,
    first_loss.realized_loss AS loan_realized_loss,
    first_loss.report_date AS loan_loss_report_date,
    first_loss.date_filed AS loan_loss_date_filed,
    first_loss.accession_number AS loan_loss_accession_number
FROM carried
LEFT JOIN first_loss
    ON first_loss.loan_id = carried.loan_id AND first_loss.loss_rank = 1
