-- name: customer
-- title: Borrowers of CMBS trusts | CMBS信托借款人
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, property section; property types of the EDGAR ABS XML Technical Specification, used as industry scheme SEC_PROPERTY_TYPE
-- edges: The filings name no borrower, so each loan is its own customer and group_id stays empty.
--   industry_code and region are the last known type and state of the property; defeasance makes both blank in later reports. Neither changes while a loan lives, other than between known and blank, so the value of the loan is the value at each of its reports.

SELECT
    loan_id AS customer_id,
    'CORPORATE' AS customer_type,
    loan_property_type AS industry_code,
    loan_state AS region,
    FALSE AS is_retail,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM cmbs_report
WHERE report_number = 1
