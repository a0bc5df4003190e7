-- name: loan_month
-- title: Loans at every snapshot date | 贷款时点状态
-- kind: base
-- keep: yes
-- source: 商业银行金融资产风险分类办法 (2023) Art. 6; EBA ITS 2023/2083 field names
-- edges: One row per loan and snapshot date, all dates up to the cutoff; only loans of the loan table. state_five_tier and state_bucket are the class and the days-past-due
--   bucket while the loan is ACTIVE (UNKNOWN where the snapshot does not tell), after that the exit PAID_OFF, WRITTEN_OFF or SOLD, and empty for a
--   loan not originated yet or of unknown status. is_npl is empty where the class is. arrears is empty only where both parts are.
--   months_on_book counts calendar months since the month of origination, which is month 0. The previous snapshot of a loan is not
--   here: queries that compare two dates join the two dates, which costs less than ordering the whole history.
--   region, size band, type and segment are those of the customer.

WITH described_loan AS (
    SELECT
        loan.loan_id,
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
        loan.ended_on,
        loan.end_type
    FROM loan
    LEFT JOIN customer ON customer.customer_id = loan.customer_id
),

bucketed_snapshot AS (
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.snapshot_date,
        loan_snapshot.status,
        loan_snapshot.principal_balance,
        loan_snapshot.pastdue_principal_amount,
        loan_snapshot.pastdue_interest_amount,
        loan_snapshot.days_past_due,
        dpd_bucket.bucket,
        loan_snapshot.five_tier_class,
        loan_snapshot.pd,
        loan_snapshot.lgd
    FROM loan_snapshot
    LEFT JOIN dpd_bucket
      ON loan_snapshot.days_past_due BETWEEN dpd_bucket.from_dpd AND dpd_bucket.to_dpd
)

SELECT
    bucketed_snapshot.loan_id,
    bucketed_snapshot.snapshot_date,
    bucketed_snapshot.status,
    bucketed_snapshot.principal_balance,
    CAST(CASE
        WHEN bucketed_snapshot.pastdue_principal_amount IS NOT NULL OR bucketed_snapshot.pastdue_interest_amount IS NOT NULL
            THEN coalesce(bucketed_snapshot.pastdue_principal_amount, 0) + coalesce(bucketed_snapshot.pastdue_interest_amount, 0)
    END AS DECIMAL(18,2)) AS arrears,
    bucketed_snapshot.pastdue_principal_amount,
    bucketed_snapshot.days_past_due,
    bucketed_snapshot.bucket,
    bucketed_snapshot.five_tier_class,
    bucketed_snapshot.five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS') AS is_npl,
    bucketed_snapshot.pd,
    bucketed_snapshot.lgd,
    described_loan.customer_id,
    described_loan.group_id,
    described_loan.branch_id,
    described_loan.industry_code,
    described_loan.product_code,
    described_loan.region,
    described_loan.size_band,
    described_loan.customer_type,
    described_loan.segment,
    described_loan.currency,
    described_loan.origination_date,
    CAST(
        12 * (date_part('year', bucketed_snapshot.snapshot_date) - date_part('year', described_loan.origination_date))
        + date_part('month', bucketed_snapshot.snapshot_date) - date_part('month', described_loan.origination_date)
    AS INT) AS months_on_book,
    described_loan.ended_on,
    described_loan.end_type,
    CASE
        WHEN bucketed_snapshot.status = 'ACTIVE' THEN coalesce(bucketed_snapshot.five_tier_class, 'UNKNOWN')
        WHEN bucketed_snapshot.status IN ('PAID_OFF', 'WRITTEN_OFF', 'SOLD') THEN bucketed_snapshot.status
    END AS state_five_tier,
    CASE
        WHEN bucketed_snapshot.status = 'ACTIVE' THEN coalesce(bucketed_snapshot.bucket, 'UNKNOWN')
        WHEN bucketed_snapshot.status IN ('PAID_OFF', 'WRITTEN_OFF', 'SOLD') THEN bucketed_snapshot.status
    END AS state_bucket
-- The smaller table stands first, because a join keeps its left side in memory.
FROM described_loan
JOIN bucketed_snapshot ON bucketed_snapshot.loan_id = described_loan.loan_id
