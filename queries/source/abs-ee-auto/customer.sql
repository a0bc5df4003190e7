-- name: customer
-- title: Borrowers of auto trusts | 车贷信托借款人
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; risk category by the contract rate
-- edges: The filings name no borrower, so each loan is its own customer. segment is the risk category, region the state.

SELECT
    loan_id AS customer_id,
    'RETAIL' AS customer_type,
    risk_category AS segment,
    state AS region,
    TRUE AS is_retail,
    'SEC_ABSEE' AS source_system,
    source_file AS batch_id,
    first_known_on AS known_at
FROM auto_contract
