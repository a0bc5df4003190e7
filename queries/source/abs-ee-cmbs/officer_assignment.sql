-- name: officer_assignment
-- title: Primary servicer of each loan | 贷款主服务商
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, primaryServicerName
-- edges: One row per unbroken run of reports with the same normalised servicer; another spelling of one firm is no hand-over.
--   A run begins on the first day of its first report's period and ends where the next run begins; the last run of an ended loan ends on the day after its exit report. Report periods follow each other without gap, so no day is double or missing.
--   A blank name keeps the last known servicer. Days before the first known name belong to nobody and so to UNASSIGNED.

WITH named AS (
    SELECT
        loan_id,
        report_number,
        officer_id,
        COALESCE(report_from, report_date) AS report_from,
        report_date,
        is_exit,
        known_on,
        accession_number,
        LAG(officer_id) OVER (PARTITION BY loan_id ORDER BY report_number) AS previous_officer_id
    FROM cmbs_report
    WHERE officer_id IS NOT NULL
),

numbered AS (
    SELECT
        *,
        SUM(CASE WHEN previous_officer_id IS NULL OR previous_officer_id <> officer_id THEN 1 ELSE 0 END)
            OVER (PARTITION BY loan_id ORDER BY report_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run_number
    FROM named
),

run AS (
    SELECT
        loan_id,
        run_number,
        officer_id,
        MIN(report_from) AS valid_from,
        MAX(report_date) AS last_report_date,
        BOOL_OR(is_exit) AS has_exit,
        MIN(known_on) AS first_known_on,
        MIN(accession_number) AS accession_number
    FROM numbered
    GROUP BY loan_id, run_number, officer_id
)

SELECT
    loan_id,
    officer_id,
    'MANAGER' AS role,
    CAST(1 AS DECIMAL(9, 6)) AS share,
    valid_from,
    COALESCE(
        LEAD(valid_from) OVER (PARTITION BY loan_id ORDER BY run_number),
        CASE WHEN has_exit THEN last_report_date + 1 END
    ) AS valid_to,
    CASE WHEN run_number = 1 THEN 'NEW' ELSE 'HANDOVER' END AS reason,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    first_known_on AS known_at
FROM run
