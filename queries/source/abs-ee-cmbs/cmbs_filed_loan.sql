-- name: cmbs_filed_loan
-- title: CMBS loan rows as last filed | CMBS贷款报告行(以最近一次申报为准)
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102 (Schedule AL, 17 CFR 229.1125); code lists of the EDGAR ABS XML Technical Specification, sections 4.3.10 to 4.3.25
-- edges: One row per loan and report. A period that was filed more than once keeps the latest filing of each loan: the greatest dateFiled, then the greatest accessionNumber, then the greatest file name and line, so that the order of the files does not matter.
--   known_on is the date of the first filing of the period that gave the loan the values it has now: an amendment that only repeats a loan does not make it known later.
--   Rows without an asset number or without an end of period cannot be placed and are left out.
--   A component note is left out: an asset number that is another asset number of the same trust followed by one letter (10A and 10B beside 10), unless its original amount is not smaller than the amount of that other loan.
--   loan_id is the bare asset number in the trust with the smallest CIK and CIK-assetNumber in every other trust, so that a newer trust can be added without renaming loans that are already published. To give every loan the longer form, replace the CASE of loan_id by its ELSE branch.
--   A two-digit code that was filed as its digits with a comma between them ('1,3') is put together again; other lists are left as filed.
--   The servicer's name becomes a code by rule: capitals, no punctuation, no "a division of" clause, and no words at the end that only name the legal form or the line of business. The first word always stays.

-- Types only. Every cast stands directly on its raw column, so that a cell that does not cast rejects its row by file and line.
-- Amounts pass through DOUBLE because the source writes 32-bit floats, at times with an exponent (1.23E7), which no decimal cast reads.
WITH typed_row AS (
    SELECT
        COALESCE("CIK", '') AS cik,
        "assetNumber" AS asset_number,
        "loanID" AS filed_loan_key,
        "accessionNumber" AS accession_number,
        CAST("dateFiled" AS DATE) AS date_filed,
        CAST("reportingPeriodBeginningDate" AS DATE) AS report_from,
        CAST("reportingPeriodEndDate" AS DATE) AS report_date,
        CAST("originationDate" AS DATE) AS origination_date,
        CAST(CAST("originalLoanAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS original_amount,
        CAST(CAST("originalInterestRatePercentage" AS DOUBLE) AS DECIMAL(12, 8)) AS original_rate,
        "originalInterestRateTypeCode" AS rate_type_code,
        "paymentTypeCode" AS payment_type_code,
        CAST("maturityDate" AS DATE) AS maturity_date,
        CAST("firstLoanPaymentDueDate" AS DATE) AS first_due_date,
        CAST(CAST("reportPeriodBeginningScheduleLoanBalanceAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS opening_scheduled_balance,
        CAST(CAST("reportPeriodEndScheduledLoanBalanceAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS scheduled_balance,
        CAST(CAST("reportPeriodEndActualBalanceAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS actual_balance,
        CAST(CAST("scheduledInterestAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS scheduled_interest,
        CAST(CAST("scheduledPrincipalAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS scheduled_principal,
        CAST(CAST("unscheduledPrincipalCollectedAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS unscheduled_principal,
        CAST(CAST("realizedLossToTrustAmount" AS DOUBLE) AS DECIMAL(18, 2)) AS realized_loss,
        CAST("paidThroughDate" AS DATE) AS paid_through_date,
        CAST("liquidationPrepaymentDate" AS DATE) AS end_date_filed,
        CAST("lastModificationDate" AS DATE) AS modification_date,
        CAST("mostRecentSpecialServicerTransferDate" AS DATE) AS special_servicer_transfer_date,
        CAST("mostRecentMasterServicerReturnDate" AS DATE) AS master_servicer_return_date,
        "paymentStatusLoanCode" AS payment_status_code,
        "liquidationPrepaymentCode" AS end_code,
        "workoutStrategyCode" AS workout_code,
        "modificationCode" AS modification_code,
        "primaryServicerName" AS servicer_name,
        "_file" AS source_file,
        "_line" AS source_line
    FROM raw.loan_report
),

-- One period may have been filed twice: as a restatement (ABS-EE/A), or as the same filing in two files.
filing_order AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY cik, asset_number, report_date
            ORDER BY date_filed DESC NULLS LAST, accession_number DESC NULLS LAST, source_file DESC, source_line DESC
        ) AS filing_rank,
        -- A restatement that repeats a loan unchanged tells nothing new about it.
        MIN(date_filed) OVER (
            PARTITION BY
                cik, asset_number, report_date,
                payment_status_code, paid_through_date, end_code, end_date_filed,
                actual_balance, scheduled_balance, opening_scheduled_balance,
                scheduled_interest, scheduled_principal, unscheduled_principal, realized_loss,
                workout_code, modification_code, modification_date,
                special_servicer_transfer_date, master_servicer_return_date, servicer_name
        ) AS known_on
    FROM typed_row
    WHERE asset_number IS NOT NULL AND report_date IS NOT NULL
),

latest_filing AS (
    SELECT *
    FROM filing_order
    WHERE filing_rank = 1
),

asset AS (
    SELECT
        cik,
        asset_number,
        REGEXP_REPLACE(asset_number, '[A-Za-z]$', '') AS asset_number_without_letter,
        MAX(original_amount) AS original_amount
    FROM typed_row
    GROUP BY cik, asset_number
),

-- A component note is part of another loan of the list: its amount is already in that loan.
component_note AS (
    SELECT part.cik, part.asset_number
    FROM asset AS part
    INNER JOIN asset AS whole_loan
        ON whole_loan.cik = part.cik AND whole_loan.asset_number = part.asset_number_without_letter
    WHERE
        REGEXP_LIKE(part.asset_number, '[0-9][A-Za-z]$')
        AND COALESCE(part.original_amount < whole_loan.original_amount, TRUE)
),

first_trust AS (
    SELECT MIN(cik) AS cik
    FROM typed_row
),

-- Only the words that make the name of the firm: "Wells Fargo Bank, N.A." and "WELLS FARGO" are one servicer.
servicer_words AS (
    SELECT
        servicer_name,
        REGEXP_REPLACE(
            TRIM(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(servicer_name), '[.'']', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g')),
            ' (A DIVISION OF|AS (PRIMARY|MASTER|SPECIAL|SUB) ?SERVICER) ?.*$',
            ''
        ) AS words
    FROM (SELECT DISTINCT servicer_name FROM typed_row WHERE servicer_name IS NOT NULL) AS spelling
),

servicer AS (
    SELECT
        servicer_name,
        REPLACE(
            REGEXP_REPLACE(
                words,
                CONCAT(
                    '( (NATIONAL ASSOCIATION|NA|FSB|SA|LLC|LP|LLP|LTD|LIMITED|INC|INCORPORATED|CORP|CORPORATION|CO|COMPANY|PLC|USA',
                    '|BANK|BANKING|HOLDINGS|GROUP|PARTNERS|CAPITAL|CAPITAL MARKETS|FINANCE|FINANCIAL|ADVISORS|ASSET MANAGEMENT',
                    '|REAL ESTATE|COMMERCIAL|COMMERCIAL MORTGAGE|MORTGAGE|LOAN|LOANS|SERVICER|SERVICERS|SERVICES|SERVICING))+$'
                ),
                ''
            ),
            ' ',
            '_'
        ) AS servicer_code
    FROM servicer_words
)

SELECT
    CASE
        WHEN filed.cik = first_trust.cik THEN filed.asset_number
        ELSE CONCAT(filed.cik, '-', filed.asset_number)
    END AS loan_id,
    filed.filed_loan_key,
    filed.accession_number,
    filed.known_on,
    filed.report_from,
    filed.report_date,
    filed.origination_date,
    filed.original_amount,
    filed.original_rate,
    filed.rate_type_code,
    filed.payment_type_code,
    filed.maturity_date,
    filed.first_due_date,
    filed.opening_scheduled_balance,
    filed.scheduled_balance,
    filed.actual_balance,
    filed.scheduled_interest,
    filed.scheduled_principal,
    filed.unscheduled_principal,
    filed.realized_loss,
    filed.paid_through_date,
    filed.end_date_filed,
    filed.modification_date,
    filed.special_servicer_transfer_date,
    filed.master_servicer_return_date,
    filed.payment_status_code,
    filed.end_code,
    CASE
        WHEN filed.workout_code IN ('1,0', '1,1', '1,2', '1,3', '9,8') THEN REPLACE(filed.workout_code, ',', '')
        ELSE filed.workout_code
    END AS workout_code,
    CASE
        WHEN filed.modification_code IN ('1,0', '1,1', '1,2', '1,3', '9,8') THEN REPLACE(filed.modification_code, ',', '')
        ELSE filed.modification_code
    END AS modification_code,
    filed.servicer_name,
    servicer.servicer_code
FROM latest_filing AS filed
CROSS JOIN first_trust
LEFT JOIN component_note
    ON component_note.cik = filed.cik AND component_note.asset_number = filed.asset_number
LEFT JOIN servicer
    ON servicer.servicer_name = filed.servicer_name
WHERE component_note.asset_number IS NULL
