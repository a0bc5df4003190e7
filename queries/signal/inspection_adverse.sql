-- name: inspection_adverse
-- title: Inspection with an adverse finding | 贷后检查结论不利
-- kind: signal
-- needs: loan, inspection.completed_at
-- source: 流动资金贷款管理办法 (use of funds); 商业银行授信工作尽职指引 (银监发〔2004〕51号), duties after lending
-- edges: Fires on every completed inspection that found the money not used as agreed (fund_use_ok is false, RED), or whose result_code is one of adverse_result (with the
--   severity given there). Result codes are the bank's own: one that is not in that list says nothing, so that a bank with other codes puts them in. issued_at is the
--   latest of the day of completion, due_date, and the days from which the bank had the inspection and its loan; before its due_date an inspection is not in the data
--   of a day, also if it was done earlier. Several of a loan on one day are one row with the most severe finding. There is no score.

WITH adverse_result AS (
    SELECT 'ADVERSE' AS result_code, 2 AS severity_rank
),

finding AS (
    SELECT
        coalesce(inspection.customer_id, loan.customer_id) AS customer_id,
        inspection.loan_id,
        greatest(
            CAST(inspection.completed_at AS DATE),
            inspection.due_date,
            CAST(inspection.known_at AS DATE),
            loan.origination_date,
            CAST(loan.known_at AS DATE)
        ) AS issued_at,
        CASE WHEN inspection.fund_use_ok = FALSE THEN 3 ELSE adverse_result.severity_rank END AS severity_rank
    FROM input.loan
    JOIN input.inspection ON inspection.loan_id = loan.loan_id
    LEFT JOIN adverse_result ON adverse_result.result_code = inspection.result_code
    WHERE inspection.completed_at IS NOT NULL
)

SELECT
    customer_id,
    loan_id,
    issued_at,
    CASE max(severity_rank) WHEN 3 THEN 'RED' WHEN 2 THEN 'ORANGE' WHEN 1 THEN 'YELLOW' END AS severity,
    CAST(NULL AS DOUBLE) AS score
FROM finding
WHERE severity_rank IS NOT NULL
GROUP BY customer_id, loan_id, issued_at
