-- name: instalment
-- title: Instalments, each with a number | 还款计划（补齐期次）
-- kind: base
-- source: instalments of a version in the order of their due dates
-- edges: Only rows without a number are numbered, counted from 1 over all versions of the loan, so that an extract that has the
--   numbers pays nothing. Two unnumbered rows of one version and due date are ordered by their amounts.

WITH numbered AS (
    SELECT
        loan_id,
        schedule_version,
        CAST(row_number() OVER (
            PARTITION BY loan_id
            ORDER BY schedule_version, due_date, principal_due, interest_due, fee_due, cancelled_on
        ) AS INT) AS instalment_no,
        due_date,
        principal_due,
        interest_due,
        fee_due,
        cancelled_on,
        cancel_reason,
        source_system,
        batch_id,
        known_at
    FROM input.instalment
    WHERE instalment_no IS NULL
)

SELECT
    loan_id,
    schedule_version,
    instalment_no,
    due_date,
    principal_due,
    interest_due,
    fee_due,
    cancelled_on,
    cancel_reason,
    source_system,
    batch_id,
    known_at
FROM input.instalment
WHERE instalment_no IS NOT NULL
UNION ALL
SELECT
    loan_id,
    schedule_version,
    instalment_no,
    due_date,
    principal_due,
    interest_due,
    fee_due,
    cancelled_on,
    cancel_reason,
    source_system,
    batch_id,
    known_at
FROM numbered
