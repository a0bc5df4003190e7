-- name: portfolio_bucket
-- title: Loans by days past due at the close | 期末逾期天数分布
-- kind: portfolio
-- grain: bucket
-- needs: loan_snapshot.status, loan_snapshot.days_past_due
-- source: days-past-due buckets whose edges are those of 商业银行金融资产风险分类办法 (2023)
-- edges: ACTIVE loans of the closing snapshot. Empty buckets are omitted. A loan whose snapshot has no days past due, or a number outside all
--   configured buckets, stands in UNKNOWN, so that the sum over all rows is the book. arrears is past-due principal and interest, empty where
--   no loan of the bucket states any.

SELECT
    state_bucket AS bucket,
    count(*) AS n_loans,
    CAST(sum(principal_balance) AS DECIMAL(18,2)) AS balance,
    CAST(sum(arrears) AS DECIMAL(18,2)) AS arrears
FROM loan_month
WHERE snapshot_date = (SELECT close_date FROM reporting_date)
  AND status = 'ACTIVE'
GROUP BY state_bucket
