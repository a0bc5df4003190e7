-- name: warning
-- title: Transfers to the special servicer as warnings | 转特殊服务商预警
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, mostRecentSpecialServicerTransferDate and mostRecentMasterServicerReturnDate
-- edges: One warning per loan and transfer date, although every later report repeats the date. A transfer is issued on its own date and known when the first report with it is filed, three to six weeks later.
--   It is closed on the date of return to the master servicer; a return date before the transfer belongs to an earlier transfer and is not used. An earlier transfer that no report in the data shows cannot be seen.

SELECT
    CONCAT(loan_id, '/', special_servicer_transfer_date) AS warning_id,
    loan_id AS customer_id,
    loan_id,
    special_servicer_transfer_date AS issued_at,
    'SPECIAL_SERVICING_TRANSFER' AS signal_type,
    'RED' AS severity,
    'EXTERNAL' AS source,
    MAX(CASE WHEN master_servicer_return_date >= special_servicer_transfer_date THEN master_servicer_return_date END) AS closed_at,
    MAX(
        CASE WHEN master_servicer_return_date >= special_servicer_transfer_date THEN 'RETURNED_TO_MASTER_SERVICER' END
    ) AS close_reason,
    'SEC_ABSEE' AS source_system,
    MIN(accession_number) AS batch_id,
    MIN(known_on) AS known_at
FROM cmbs_report
WHERE special_servicer_transfer_date IS NOT NULL
GROUP BY loan_id, special_servicer_transfer_date
