-- name: days_past_due_differs
-- title: Days past due follow from instalments and payments | 逾期天数与还款计划及流水一致
-- kind: audit
-- severity: warning
-- needs: loan_snapshot.days_past_due, instalment.due_date, payment.value_date
-- alongside: account_opening
-- source: days past due recomputed against supplied; BCBS 239, accuracy
-- edges: ACTIVE snapshots of the closing date whose delivered days past due are more than one day away from computed_days_past_due; one day is a matter of
--   convention, whether the due date itself counts. Loans without instalments are not checked. In a book whose history begins with a migration
--   the audit keeps still where what is not delivered may explain the difference. More days computed than delivered: where the first instalment of the loan
--   was due before the first payment of the data, cash may be missing. Fewer: where the delivered days reach back to before the first instalment,
--   or those of the first ACTIVE snapshot that tells any did, because cash on arrears from before looks like cash on later instalments; but not where
--   the first instalment fell due within 62 days (two months) of origination, because then nothing was due before it. Cash paid ahead before the first payment of
--   the data is not known and may give a finding. DPD_MATCHES_ARREARS of data_quality_score compares the delivered
--   days with the delivered arrears, zero or not, and looks at neither plan nor cash.

WITH differing AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        delivered_days_past_due,
        first_due
    FROM computed_days_past_due
    WHERE abs(delivered_days_past_due - days_past_due) > 1
      AND (delivered_days_past_due > days_past_due OR first_due >= (SELECT min(value_date) FROM delivered.payment))
),

first_snapshot AS (
    SELECT
        loan_snapshot.loan_id,
        min(loan_snapshot.snapshot_date) AS snapshot_date,
        first_value(loan_snapshot.days_past_due ORDER BY loan_snapshot.snapshot_date) AS days_past_due
    FROM differing
    JOIN input.loan_snapshot ON loan_snapshot.loan_id = differing.loan_id
    WHERE loan_snapshot.status = 'ACTIVE'
      AND loan_snapshot.days_past_due IS NOT NULL
    GROUP BY loan_snapshot.loan_id
)

SELECT
    concat(differing.loan_id, '/', CAST(differing.snapshot_date AS TEXT)) AS key,
    concat('Loan ', differing.loan_id, ' is delivered with ', CAST(differing.delivered_days_past_due AS TEXT), ' days past due on ',
        CAST(differing.snapshot_date AS TEXT), '; its instalments and payments make ', CAST(differing.days_past_due AS TEXT), '.') AS detail
FROM differing
JOIN first_snapshot ON first_snapshot.loan_id = differing.loan_id
LEFT JOIN loan ON loan.loan_id = differing.loan_id
WHERE differing.days_past_due > differing.delivered_days_past_due
   OR differing.first_due <= loan.origination_date + CAST(62 AS INT)
   OR (differing.delivered_days_past_due <= differing.snapshot_date - differing.first_due + 1
       AND first_snapshot.days_past_due <= greatest(first_snapshot.snapshot_date - differing.first_due + 1, 0))
