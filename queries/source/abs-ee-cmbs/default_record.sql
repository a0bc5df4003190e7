-- name: default_record
-- title: Defaults of CMBS loans by days past due | CMBS贷款违约(按逾期天数)
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; default is the first day with more than 90 days past due
-- edges: The filings record no default, so it is derived: the first report of a living loan with more than 90 days past due. The default date is the 91st day after the oldest unpaid due date, which lies before the report; it is known when that report is filed.
--   One default per loan: without a rule of probation in the filings it is absorbing, so cure and end of probation stay empty.
--   The exposure is the actual balance of that report.

WITH past_due AS (
    SELECT
        loan_id,
        report_date,
        days_past_due,
        actual_balance,
        accession_number,
        known_on,
        ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY report_number) AS report_rank
    FROM cmbs_report
    WHERE NOT is_exit AND days_past_due > 90
)

SELECT
    'LOAN' AS subject_type,
    loan_id AS subject_id,
    -- The oldest unpaid due date is the report date less the days past due.
    report_date - CAST(days_past_due - 91 AS INT) AS default_date,
    'DPD' AS trigger,
    actual_balance AS ead,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM past_due
WHERE report_rank = 1
