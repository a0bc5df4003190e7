-- name: auto_contract
-- title: Auto loans as of the first report | 车贷合同(首期报告)
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102 (Schedule AL, 17 CFR 229.1125), auto loans; code lists of the EDGAR ABS XML Technical Specification, section 4.1
-- edges: One row per line of the files. The columns that are not numbered describe the loan at its first report, month 0.
--   Dates are written MM/YYYY, which becomes the first day of that month, or MM-DD-YYYY.
--   Columns that a file may lack are risk_cat_ir, primaryLoanServicerName, vehicleNewUsedCode, originalInterestRateTypeCode, recoveredAmount and repossessedProceedsAmount. A loan without risk_cat_ir takes it from its rate: below 5 % super_prime, below 10 % prime, below 15 % near_prime, below 20 % subprime, else deep_subprime.
--   first_known_on is an assumption, 15 days after the end of month 0: the files do not tell when a report was filed.
--   A servicer's name becomes a code in capitals, its words joined by underscores.

-- Types only. Every cast stands directly on its raw column, so that a cell that does not cast rejects its row by file and line.
-- Amounts pass through DOUBLE because such files write some with an exponent (1e+05), which no decimal cast reads.
WITH typed_row AS (
    SELECT
        "assetNumber" AS loan_id,
        CAST(
            SPLIT_PART("reportingPeriodBeginningDate", '-', 3)
            || '-' || SPLIT_PART("reportingPeriodBeginningDate", '-', 1)
            || '-' || SPLIT_PART("reportingPeriodBeginningDate", '-', 2) AS DATE
        ) AS first_report_from,
        CAST(
            SPLIT_PART("originationDate", '/', 2)
            || '-' || LPAD(SPLIT_PART("originationDate", '/', 1), 2, '0') || '-01' AS DATE
        ) AS origination_date,
        CAST(
            SPLIT_PART("loanMaturityDate", '/', 2)
            || '-' || LPAD(SPLIT_PART("loanMaturityDate", '/', 1), 2, '0') || '-01' AS DATE
        ) AS maturity_date,
        CAST(CAST("originalLoanAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS original_amount,
        CAST(CAST("originalInterestRatePercentage" AS DOUBLE) AS DECIMAL(12, 8)) AS original_rate,
        COALESCE("obligorGeographicLocation", 'UNKNOWN') AS state,
        CAST(CAST("reportingPeriodBeginningLoanBalanceAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS beginning_balance,
        CAST(CAST("reportingPeriodActualEndBalanceAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS ending_balance,
        CAST(CAST("actualPrincipalCollectedAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS principal_collected,
        CAST(CAST("totalActualAmountPaid" AS DOUBLE) AS DECIMAL(18, 2)) AS total_paid,
        "_file" AS source_file,
        "_line" AS source_line
    FROM raw.auto_loan
),

-- The columns that a file may lack, empty where it does. The first part has no row; it only gives the names.
optional_column AS (
    SELECT
        CAST(NULL AS TEXT) AS "risk_cat_ir",
        CAST(NULL AS TEXT) AS "primaryLoanServicerName",
        CAST(NULL AS TEXT) AS "vehicleNewUsedCode",
        CAST(NULL AS TEXT) AS "originalInterestRateTypeCode",
        CAST(NULL AS TEXT) AS "recoveredAmount",
        CAST(NULL AS TEXT) AS "repossessedProceedsAmount"
    WHERE FALSE
    UNION ALL BY NAME
    SELECT * FROM raw.auto_loan
)

SELECT
    typed_row.loan_id,
    typed_row.first_report_from,
    typed_row.origination_date,
    typed_row.maturity_date,
    typed_row.original_amount,
    typed_row.original_rate,
    typed_row.state,
    typed_row.beginning_balance,
    typed_row.ending_balance,
    typed_row.principal_collected,
    typed_row.total_paid,
    CAST(CAST(optional_column."recoveredAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS recovered,
    CAST(CAST(optional_column."repossessedProceedsAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS repossession_proceeds,
    COALESCE(
        optional_column."risk_cat_ir",
        CASE
            WHEN typed_row.original_rate < 0.05 THEN 'super_prime'
            WHEN typed_row.original_rate < 0.10 THEN 'prime'
            WHEN typed_row.original_rate < 0.15 THEN 'near_prime'
            WHEN typed_row.original_rate < 0.20 THEN 'subprime'
            WHEN typed_row.original_rate >= 0.20 THEN 'deep_subprime'
        END
    ) AS risk_category,
    optional_column."primaryLoanServicerName" AS servicer_name,
    NULLIF(
        TRIM(BOTH '_' FROM REGEXP_REPLACE(UPPER(optional_column."primaryLoanServicerName"), '[^\p{L}\p{N}]+', '_', 'g')), ''
    ) AS servicer_code,
    CASE optional_column."vehicleNewUsedCode"
        WHEN '1' THEN 'AUTO_NEW'
        WHEN '2' THEN 'AUTO_USED'
        ELSE 'AUTO'
    END AS product_code,
    CASE optional_column."originalInterestRateTypeCode"
        WHEN '1' THEN 'FIXED'
        WHEN '2' THEN 'VARIABLE'
    END AS rate_type,
    typed_row.source_file,
    COUNT(*) OVER (PARTITION BY typed_row.loan_id) AS n_lines,
    CAST(
        CAST(DATE_TRUNC('month', typed_row.first_report_from) AS DATE) + INTERVAL '1 month' AS DATE
    ) + 14 AS first_known_on
FROM typed_row
INNER JOIN optional_column
    ON optional_column."_file" = typed_row.source_file AND optional_column."_line" = typed_row.source_line
