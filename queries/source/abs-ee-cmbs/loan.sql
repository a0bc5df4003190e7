-- name: loan
-- title: Loans of CMBS trusts | CMBS信托贷款
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102
-- edges: One row per loan that was alive in at least one report, component notes left out. Dates, amount, rate and payment type are those of its first report; later changes of the maturity date (defeasance moves it to the open date) do not rewrite the contract.
--   branch_id is the last known state of the property and UNKNOWN where no report ever gave one; collateral_type is the last known property type.
--   The borrower is not named: each loan is its own customer. The end of the loan is told by its events and snapshots.

SELECT
    loan_id,
    loan_id AS customer_id,
    payment_type_code AS product_code,
    COALESCE(loan_state, 'UNKNOWN') AS branch_id,
    'USD' AS currency,
    origination_date,
    maturity_date,
    original_amount AS origination_amount,
    original_rate AS interest_rate,
    CASE rate_type_code
        WHEN '1' THEN 'FIXED'
        WHEN '2' THEN 'VARIABLE'
    END AS rate_type,
    loan_property_type AS collateral_type,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM cmbs_report
WHERE report_number = 1
