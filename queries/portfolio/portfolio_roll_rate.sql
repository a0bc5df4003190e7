-- name: portfolio_roll_rate
-- title: Roll rates between days-past-due buckets | 逾期滚动率
-- kind: portfolio
-- grain: measure, from_bucket, to_bucket
-- needs: loan_snapshot.status, loan_snapshot.days_past_due
-- params: period_start DATE, period_end DATE
-- source: cohort estimator pooled over steps; net flow rates as collections use them
-- edges: All pairs of consecutive snapshot dates of the data from the opening to the closing snapshot are pooled: sums first, one division (the first
--   period of the data starts with its first snapshot). Four measures, not to be mixed. count and amount follow the loans ACTIVE in
--   from_bucket to their next state and add up to 1 over to_bucket, by loans or by balance before the step; exits are states, and a
--   loan that has neither a next row nor a known end is NOT_REPORTED. flow is collections practice: balance in the next worse bucket after
--   the step over balance in from_bucket before it, whoever the loans are, so that it may exceed 1; it exists for configured
--   buckets only. charge_off_roll is the product of the flows from from_bucket down to the worst bucket, which stands for loss; it has no
--   numerator and denominator. n_loans counts loan-steps: those in the cell, for flow those in the worse bucket after the step; empty for
--   charge_off_roll. A zero denominator gives NULL with NO_EXPOSURE, and so does a product with such a factor. UNKNOWN is a loan without days past due.

WITH report AS (
    -- The snapshot dates of the period, each with the one that follows.
    SELECT
        snapshot_date,
        lead(snapshot_date) OVER (ORDER BY snapshot_date) AS next_date
    FROM (
        SELECT DISTINCT snapshot_date
        FROM loan_snapshot
        WHERE snapshot_date >= coalesce((SELECT open_date FROM reporting_date), $period_start)
          AND snapshot_date <= $period_end
    ) AS report_date
),

loan_state AS (
    SELECT
        loan_month.loan_id,
        loan_month.snapshot_date,
        report.next_date,
        loan_month.status,
        loan_month.principal_balance,
        loan_month.state_bucket,
        CASE WHEN loan_month.ended_on <= report.next_date THEN loan_month.end_type END AS exit_type
    FROM loan_month
    JOIN report ON report.snapshot_date = loan_month.snapshot_date
    WHERE loan_month.snapshot_date >= coalesce((SELECT open_date FROM reporting_date), $period_start)
      AND loan_month.snapshot_date <= $period_end
),

step AS (
    SELECT
        before.state_bucket AS from_bucket,
        coalesce(after.state_bucket, before.exit_type, 'NOT_REPORTED') AS to_bucket,
        before.principal_balance AS balance_before
    FROM loan_state AS before
    LEFT JOIN loan_state AS after
      ON after.loan_id = before.loan_id
     AND after.snapshot_date = before.next_date
    WHERE before.status = 'ACTIVE'
      AND before.next_date IS NOT NULL
),

cell AS (
    SELECT
        from_bucket,
        to_bucket,
        count(*) AS n_loans,
        CAST(sum(balance_before) AS DECIMAL(38,12)) AS balance
    FROM step
    GROUP BY from_bucket, to_bucket
),

cohort AS (
    SELECT
        from_bucket,
        to_bucket,
        n_loans,
        balance,
        sum(n_loans) OVER (PARTITION BY from_bucket) AS row_loans,
        CAST(sum(balance) OVER (PARTITION BY from_bucket) AS DECIMAL(38,12)) AS row_balance
    FROM cell
),

bucket_total AS (
    -- Balance of a bucket on all dates that a step leaves, and on all that a step reaches.
    SELECT
        state_bucket AS bucket,
        sum(CASE WHEN next_date IS NOT NULL THEN principal_balance END) AS balance_before,
        sum(CASE WHEN snapshot_date > first_date THEN principal_balance END) AS balance_after,
        count(CASE WHEN snapshot_date > first_date THEN 1 END) AS n_after
    FROM loan_state
    CROSS JOIN (SELECT min(snapshot_date) AS first_date FROM report) AS first_report
    WHERE status = 'ACTIVE'
    GROUP BY state_bucket
),

flow AS (
    SELECT
        better.ordinal,
        better.bucket AS from_bucket,
        worse.bucket AS to_bucket,
        coalesce(into_worse.n_after, 0) AS n_loans,
        CAST(coalesce(into_worse.balance_after, 0) AS DECIMAL(38,12)) AS numerator,
        CAST(coalesce(out_of_better.balance_before, 0) AS DECIMAL(38,12)) AS denominator
    FROM (SELECT ordinal, bucket, lead(ordinal) OVER (ORDER BY ordinal) AS next_ordinal FROM dpd_bucket) AS better
    JOIN dpd_bucket AS worse ON worse.ordinal = better.next_ordinal
    LEFT JOIN bucket_total AS out_of_better ON out_of_better.bucket = better.bucket
    LEFT JOIN bucket_total AS into_worse ON into_worse.bucket = worse.bucket
    WHERE (SELECT count(next_date) FROM report) > 0
),

flow_to_loss AS (
    -- The product as a sum of logarithms, over this flow and all worse ones; a single zero makes it zero.
    SELECT
        from_bucket,
        first_value(to_bucket) OVER (ORDER BY ordinal DESC) AS to_bucket,
        min(CASE WHEN denominator = 0 THEN 0 ELSE 1 END)
            OVER (ORDER BY ordinal DESC ROWS UNBOUNDED PRECEDING) AS is_known,
        min(CASE WHEN numerator = 0 THEN 0 ELSE 1 END)
            OVER (ORDER BY ordinal DESC ROWS UNBOUNDED PRECEDING) AS is_positive,
        sum(CASE WHEN numerator > 0 AND denominator > 0
                THEN ln(CAST(numerator AS DOUBLE)) - ln(CAST(denominator AS DOUBLE)) END)
            OVER (ORDER BY ordinal DESC ROWS UNBOUNDED PRECEDING) AS log_product
    FROM flow
)

SELECT
    from_bucket,
    to_bucket,
    'count' AS measure,
    n_loans,
    CAST(n_loans AS DECIMAL(38,12)) AS numerator,
    CAST(row_loans AS DECIMAL(38,12)) AS denominator,
    CAST(n_loans AS DOUBLE) / CAST(row_loans AS DOUBLE) AS value,
    CAST(NULL AS TEXT) AS reason_code
FROM cohort
UNION ALL
SELECT
    from_bucket,
    to_bucket,
    'amount' AS measure,
    n_loans,
    balance AS numerator,
    row_balance AS denominator,
    CASE WHEN row_balance <> 0 THEN CAST(balance AS DOUBLE) / CAST(row_balance AS DOUBLE) END AS value,
    CASE WHEN row_balance = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM cohort
UNION ALL
SELECT
    from_bucket,
    to_bucket,
    'flow' AS measure,
    n_loans,
    numerator,
    denominator,
    CASE WHEN denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) END AS value,
    CASE WHEN denominator = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM flow
UNION ALL
SELECT
    from_bucket,
    to_bucket,
    'charge_off_roll' AS measure,
    CAST(NULL AS BIGINT) AS n_loans,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    CASE
        WHEN is_known = 0 THEN NULL
        WHEN is_positive = 0 THEN 0
        ELSE exp(log_product)
    END AS value,
    CASE WHEN is_known = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM flow_to_loss
