-- name: instalment
-- title: Scheduled payments of CMBS loans | CMBS贷款还款计划
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102
-- edges: Version 1 throughout: the filings give the amounts due month by month, not a contract schedule, so a modification shows in the amounts. After advances are declared non-recoverable the scheduled amounts are 0 although the borrower still owes; days past due therefore come from the snapshots.

SELECT
    loan_id,
    1 AS schedule_version,
    instalment_no,
    due_date,
    principal_due,
    interest_due,
    cancelled_on,
    cancel_reason,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM cmbs_instalment
