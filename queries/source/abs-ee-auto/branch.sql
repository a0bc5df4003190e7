-- name: branch
-- title: States of the borrowers as branches | 以借款人所在州为机构
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, obligorGeographicLocation
-- edges: One row per state of a loan, and UNKNOWN only where a loan has none. All hold from the first day of the first report in the data.

WITH loan_branch AS (
    SELECT
        state,
        MIN(first_report_from) OVER () AS first_day
    FROM auto_contract
)

SELECT DISTINCT
    state AS branch_id,
    state AS branch_name,
    'STATE' AS branch_type,
    state AS region,
    first_day AS valid_from,
    'SEC_ABSEE' AS source_system
FROM loan_branch
