-- name: branch
-- title: Property states as branches | 以押品所在州为机构
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, propertyState
-- edges: One row per state that is the last known state of a loan, and UNKNOWN only where a loan never had one. All hold from the first day of the first report in the data.

WITH loan_branch AS (
    SELECT
        COALESCE(loan_state, 'UNKNOWN') AS state,
        MIN(COALESCE(report_from, report_date)) OVER () AS first_day
    FROM cmbs_report
)

SELECT DISTINCT
    state AS branch_id,
    state AS branch_name,
    'STATE' AS branch_type,
    state AS region,
    first_day AS valid_from,
    'SEC_ABSEE' AS source_system
FROM loan_branch
