-- name: loan_snapshot
-- title: Monthly state of CMBS loans | CMBS贷款月度快照
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102; servicers report on the determination date (11th to 14th of the month), not on a month-end
-- edges: One row per loan and report while the loan exists, and one for its exit. The balance is the actual one, what the borrower owes; the scheduled one, which the servicer advances, stands beside it in scheduled_balance. A live report without an actual balance gives a row without a balance, which is rejected.
--   An exit has balance 0, days past due 0 and no class. NPL (status 3 or 5, a foreclosed or lender-owned property by its last known status, or workout by foreclosure, REO or deed in lieu) is SUBSTANDARD; otherwise a loan past due is SPECIAL_MENTION, else NORMAL. The filings carry no finer class, so none is made up from days past due.
--   source_status is the state in the words of the source. Its lower edges are not those of the days-past-due buckets: D30_59 begins at 30 days, where the bucket 1 to 30 ends, and LATE_LT30 with a due date of the report day has 0 days.

SELECT
    loan_id,
    report_date AS snapshot_date,
    CASE
        WHEN is_exit AND source_status = 'LIQUIDATED' THEN 'WRITTEN_OFF'
        WHEN is_exit THEN 'PAID_OFF'
        ELSE 'ACTIVE'
    END AS status,
    CAST(CASE WHEN is_exit THEN 0 ELSE actual_balance END AS DECIMAL(18, 2)) AS principal_balance,
    CAST(
        CASE WHEN is_exit THEN 0 ELSE GREATEST(0, actual_balance - COALESCE(scheduled_balance, actual_balance)) END
        AS DECIMAL(18, 2)
    ) AS pastdue_principal_amount,
    CAST(days_past_due AS INT) AS days_past_due,
    CASE
        WHEN is_exit THEN NULL
        WHEN is_npl THEN 'SUBSTANDARD'
        WHEN days_past_due > 0 THEN 'SPECIAL_MENTION'
        ELSE 'NORMAL'
    END AS five_tier_class,
    modification_code IS NOT NULL AS is_forborne,
    source_status,
    scheduled_balance,
    'SEC_ABSEE' AS source_system,
    accession_number AS batch_id,
    known_on AS known_at
FROM cmbs_report
