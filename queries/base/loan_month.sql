-- name: loan_month
-- title: Loans at every snapshot date | 贷款时点状态
-- kind: base
-- keep: yes
-- source: catalogue sections 0.3, 0.4, 2.1 and 2.2; section 6, loan_snapshot
-- edges: One row per loan and snapshot date, all dates up to the cutoff; only loans of the loan table. state_five_tier and state_bucket are the class and the days-past-due
--   bucket while the loan is ACTIVE (UNKNOWN where the snapshot does not tell), after that the exit PAID_OFF, WRITTEN_OFF or SOLD, and empty for a
--   loan not originated yet or of unknown status. is_npl is empty where the class is. arrears is empty only where both parts are.
--   months_on_book counts calendar months since the month of origination, which is month 0. The previous snapshot of a loan is not
--   here: queries that compare two dates join the two dates, which costs less than ordering the whole history.
--   region, size band, type and segment are those of the customer.

SELECT
    loan_snapshot.loan_id,
    loan_snapshot.snapshot_date,
    loan_snapshot.status,
    loan_snapshot.principal_balance,
    CAST(CASE
        WHEN loan_snapshot.pastdue_principal_amount IS NOT NULL OR loan_snapshot.pastdue_interest_amount IS NOT NULL
            THEN coalesce(loan_snapshot.pastdue_principal_amount, 0) + coalesce(loan_snapshot.pastdue_interest_amount, 0)
    END AS DECIMAL(18,2)) AS arrears,
    loan_snapshot.pastdue_principal_amount,
    loan_snapshot.days_past_due,
    dpd_bucket.bucket,
    loan_snapshot.five_tier_class,
    loan_snapshot.five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS') AS is_npl,
    loan_snapshot.pd,
    loan_snapshot.lgd,
    loan.customer_id,
    customer.group_id,
    loan.branch_id,
    loan.industry_code,
    loan.product_code,
    customer.region,
    customer.size_band,
    customer.customer_type,
    customer.segment,
    loan.currency,
    loan.origination_date,
    CAST(
        12 * (date_part('year', loan_snapshot.snapshot_date) - date_part('year', loan.origination_date))
        + date_part('month', loan_snapshot.snapshot_date) - date_part('month', loan.origination_date)
    AS INT) AS months_on_book,
    loan.ended_on,
    loan.end_type,
    CASE
        WHEN loan_snapshot.status = 'ACTIVE' THEN coalesce(loan_snapshot.five_tier_class, 'UNKNOWN')
        WHEN loan_snapshot.status IN ('PAID_OFF', 'WRITTEN_OFF', 'SOLD') THEN loan_snapshot.status
    END AS state_five_tier,
    CASE
        WHEN loan_snapshot.status = 'ACTIVE' THEN coalesce(dpd_bucket.bucket, 'UNKNOWN')
        WHEN loan_snapshot.status IN ('PAID_OFF', 'WRITTEN_OFF', 'SOLD') THEN loan_snapshot.status
    END AS state_bucket
FROM loan_snapshot
JOIN loan ON loan.loan_id = loan_snapshot.loan_id
LEFT JOIN customer ON customer.customer_id = loan.customer_id
LEFT JOIN dpd_bucket
  ON loan_snapshot.days_past_due BETWEEN dpd_bucket.from_dpd AND dpd_bucket.to_dpd
