-- name: cmbs_filed_property
-- title: CMBS collateral of a loan in one filing | CMBS贷款押品(单次申报)
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, property section; code lists of the EDGAR ABS XML Technical Specification, sections 4.3.19 to 4.3.25
-- edges: One row per loan and filing. A loan with several properties takes state and type from the one with the greatest value at securitisation, then the smallest property id; it counts as foreclosed when any of its properties does.
--   A state written NA is not known. A filing that gives no property status at all says nothing about foreclosure (NULL, not FALSE).

-- Types only: every cast stands directly on its raw column.
WITH typed_row AS (
    SELECT
        "loanID" AS filed_loan_key,
        "accessionNumber" AS accession_number,
        "propertyID" AS property_id,
        NULLIF("propertyState", 'NA') AS state,
        "propertyTypeCode" AS property_type,
        "propertyStatusCode" AS property_status_code,
        CAST(CAST("valuationSecuritizationAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS securitisation_value
    FROM raw.property_report
),

property_order AS (
    SELECT
        filed_loan_key,
        accession_number,
        state,
        property_type,
        ROW_NUMBER() OVER (
            PARTITION BY filed_loan_key, accession_number
            ORDER BY securitisation_value DESC NULLS LAST, property_id, state, property_type
        ) AS property_rank,
        -- 1 is a property in foreclosure, 2 one that the lender already owns.
        BOOL_OR(property_status_code IN ('1', '2')) OVER (PARTITION BY filed_loan_key, accession_number) AS is_foreclosed,
        BOOL_OR(property_status_code = '2') OVER (PARTITION BY filed_loan_key, accession_number) AS is_real_estate_owned
    FROM typed_row
)

SELECT
    filed_loan_key,
    accession_number,
    state,
    property_type,
    is_foreclosed,
    is_real_estate_owned
FROM property_order
WHERE property_rank = 1
