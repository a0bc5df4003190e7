-- name: officer_assignment
-- title: Primary servicer of each loan | 贷款主服务商
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, primaryLoanServicerName
-- edges: From the first day of the first report on and without end, because the servicer also collects after a charge-off. The file names the servicer of month 0 only; a later change of servicer cannot be seen.

SELECT
    loan_id,
    servicer_code AS officer_id,
    'MANAGER' AS role,
    CAST(1 AS DECIMAL(9, 6)) AS share,
    first_report_from AS valid_from,
    'NEW' AS reason,
    'SEC_ABSEE' AS source_system,
    source_file AS batch_id,
    first_known_on AS known_at
FROM auto_contract
WHERE servicer_code IS NOT NULL
