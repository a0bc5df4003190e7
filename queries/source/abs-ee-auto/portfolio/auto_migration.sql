-- name: auto_migration
-- title: Migration of auto loans between missed payments | 车贷逾期期数迁徙
-- kind: portfolio
-- grain: from_missed, to_missed
-- needs: auto_report.month_no
-- source: pooled cohort counts over consecutive reports
-- edges: All steps up to the cutoff, not those of the period alone. A state is the number of payments missed in a row, 4 standing for four and more, or END once nothing is owed. A step leads to the next month with a total paid; END_NO_ROW is a loan whose reports stop while it still owes. The last month of a file leads nowhere, and END is never left.

WITH state AS (
    SELECT
        loan_id,
        month_no,
        MAX(month_no) OVER (PARTITION BY batch_id) AS months_in_file,
        total_paid,
        CASE WHEN reported_balance <= 0 THEN 'END' ELSE CAST(LEAST(no_payment_months, 4) AS TEXT) END AS missed
    FROM auto_report
),

step AS (
    SELECT
        month_no,
        months_in_file,
        missed AS from_missed,
        LEAD(missed) OVER (PARTITION BY loan_id ORDER BY month_no) AS to_missed
    FROM state
    WHERE total_paid IS NOT NULL
)

SELECT
    from_missed,
    COALESCE(to_missed, 'END_NO_ROW') AS to_missed,
    COUNT(*) AS n_loans
FROM step
WHERE from_missed <> 'END' AND (to_missed IS NOT NULL OR month_no < months_in_file)
GROUP BY from_missed, COALESCE(to_missed, 'END_NO_ROW')
