-- name: loan
-- title: Loans of auto trusts | 车贷信托贷款
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102
-- edges: One row per line of the files; the same asset number in two files that are not the same file breaks the key. Origination and maturity are the first day of their month.
--   The end of the loan is told by its events and snapshots.

SELECT
    loan_id,
    loan_id AS customer_id,
    product_code,
    state AS branch_id,
    'USD' AS currency,
    origination_date,
    maturity_date,
    original_amount AS origination_amount,
    original_rate AS interest_rate,
    rate_type,
    'VEHICLE' AS collateral_type,
    risk_category AS origination_rating,
    'SEC_ABSEE' AS source_system,
    source_file AS batch_id,
    first_known_on AS known_at
FROM auto_contract
