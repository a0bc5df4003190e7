-- name: cmbs_instalment
-- title: CMBS monthly instalment as reported | CMBS逐月应还款
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102: scheduledInterestAmount and scheduledPrincipalAmount are the amounts due in the period of the report
-- edges: One row per loan and month of report. The due day is the day of firstLoanPaymentDueDate, or the last day of a shorter month; a loan without that date has no instalments.
--   The number counts months from the first due date, so that it stays the same whichever reports are at hand. Two reports in one month are added together; months before the first due date are left out.
--   A report with both amounts blank has no instalment; one with two zeros (advances have stopped) is kept, because nothing is due then.
--   What is not paid through when the loan ends is cancelled on the day it ends. Amounts of a month are known when its report is filed.

WITH due AS (
    SELECT
        loan_id,
        report_date,
        known_on,
        accession_number,
        loan_first_due_date,
        loan_exit_date,
        loan_exit_status,
        loan_paid_through_date,
        -- The day of the month, held inside the month of the report.
        LEAST(
            CAST(DATE_TRUNC('month', report_date) AS DATE) + CAST(DATE_PART('day', loan_first_due_date) - 1 AS INT),
            CAST(DATE_TRUNC('month', report_date) + INTERVAL '1 month' AS DATE) - 1
        ) AS due_date,
        COALESCE(scheduled_principal, 0) AS principal_due,
        COALESCE(scheduled_interest, 0) AS interest_due
    FROM cmbs_report
    WHERE
        loan_first_due_date IS NOT NULL
        AND (scheduled_principal IS NOT NULL OR scheduled_interest IS NOT NULL)
),

monthly AS (
    SELECT
        loan_id,
        due_date,
        loan_first_due_date,
        loan_exit_date,
        loan_exit_status,
        loan_exit_status IS NOT NULL AND COALESCE(due_date > loan_paid_through_date, TRUE) AS is_cancelled,
        SUM(principal_due) AS principal_due,
        SUM(interest_due) AS interest_due,
        MAX(known_on) AS known_on,
        MAX(accession_number) AS accession_number
    FROM due
    WHERE due_date >= loan_first_due_date
    GROUP BY loan_id, due_date, loan_first_due_date, loan_exit_date, loan_exit_status, loan_paid_through_date
)

SELECT
    loan_id,
    CAST(
        12 * (DATE_PART('year', due_date) - DATE_PART('year', loan_first_due_date))
        + DATE_PART('month', due_date) - DATE_PART('month', loan_first_due_date)
        + 1 AS INT
    ) AS instalment_no,
    due_date,
    CAST(principal_due AS DECIMAL(18, 2)) AS principal_due,
    CAST(interest_due AS DECIMAL(18, 2)) AS interest_due,
    CASE WHEN is_cancelled THEN loan_exit_date END AS cancelled_on,
    CASE
        WHEN is_cancelled AND loan_exit_status = 'LIQUIDATED' THEN 'WRITTEN_OFF'
        WHEN is_cancelled THEN 'PAID_OFF'
    END AS cancel_reason,
    known_on,
    accession_number
FROM monthly
