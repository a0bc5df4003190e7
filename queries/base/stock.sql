-- name: stock
-- title: Loans on the book at the close of the period, by owner | 期末存量贷款（按管户人）
-- kind: base
-- keep: yes
-- params: period_end DATE
-- source: a stock belongs to the owners on its date, times their share
-- edges: ACTIVE loans of the closing snapshot, also those with a balance of 0. The owners are those on the snapshot date, tenure is counted to
--   the last day of the period. balance_part is the balance times the share, exact. Without a snapshot in the period there is no row.

SELECT
    loan_month.loan_id,
    loan_month.customer_id,
    owner.officer_id,
    owner.share,
    loan_month.principal_balance,
    CAST(loan_month.principal_balance * owner.share AS DECIMAL(38,12)) AS balance_part,
    loan_month.days_past_due,
    loan_month.five_tier_class,
    loan_month.is_npl,
    owner.run_start,
    owner.is_first_holder,
    CAST($period_end - owner.run_start AS INT) AS tenure_days
FROM loan_month
JOIN owner
  ON owner.loan_id = loan_month.loan_id
 AND owner.valid_from <= loan_month.snapshot_date
 AND owner.valid_to > loan_month.snapshot_date
WHERE loan_month.snapshot_date = (SELECT close_date FROM reporting_date)
  AND loan_month.status = 'ACTIVE'
