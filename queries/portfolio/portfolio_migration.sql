-- name: portfolio_migration
-- title: Migration from the opening to the closing state | 期初至期末迁徙矩阵
-- kind: portfolio
-- grain: basis, from_class, to_class
-- needs: loan_snapshot.status
-- source: cohort estimator with explicit exits (open-risk transitionMatrix, adjusted for withdrawals)
-- edges: Loans ACTIVE on the opening snapshot; loans paid out in the period give no row. rate is the share of the row's opening balance (amount
--   cohort) and count_rate the share of the row's loans, each adding up to 1 over to_class because exits are states. A loan without
--   a row on the closing snapshot takes its exit from the end of the loan (PAID_OFF, WRITTEN_OFF or SOLD on or before that date), else to_class is
--   NOT_REPORTED and its closing balance is not known. A snapshot goes before a delivered end of the loan. closing_balance of an exit is 0.
--   A class that the snapshot does not tell is UNKNOWN; a basis that no opening loan has is left out. An opening balance of 0 gives
--   rate NULL with NO_EXPOSURE. Without an opening or closing snapshot there is no row.

WITH opening AS (
    SELECT
        loan_id,
        principal_balance,
        state_five_tier,
        state_bucket,
        CASE WHEN ended_on <= (SELECT close_date FROM reporting_date) THEN end_type END AS exit_type
    FROM loan_month
    WHERE snapshot_date = (SELECT open_date FROM reporting_date)
      AND status = 'ACTIVE'
),

closing AS (
    SELECT
        loan_id,
        status,
        principal_balance,
        state_five_tier,
        state_bucket
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
),

moved AS (
    SELECT
        opening.principal_balance AS opening_balance,
        opening.state_five_tier AS from_five_tier,
        opening.state_bucket AS from_bucket,
        coalesce(closing.state_five_tier, opening.exit_type, 'NOT_REPORTED') AS to_five_tier,
        coalesce(closing.state_bucket, opening.exit_type, 'NOT_REPORTED') AS to_bucket,
        CASE
            WHEN closing.status = 'ACTIVE' THEN closing.principal_balance
            WHEN coalesce(closing.state_bucket, opening.exit_type) IS NOT NULL THEN CAST(0 AS DECIMAL(18,2))
        END AS closing_balance
    FROM opening
    LEFT JOIN closing ON closing.loan_id = opening.loan_id
    WHERE (SELECT close_date FROM reporting_date) IS NOT NULL
),

transition AS (
    -- Every loan counts once in each of the two matrices.
    SELECT
        basis.basis,
        CASE basis.basis WHEN 'five_tier' THEN moved.from_five_tier ELSE moved.from_bucket END AS from_class,
        CASE basis.basis WHEN 'five_tier' THEN moved.to_five_tier ELSE moved.to_bucket END AS to_class,
        moved.opening_balance,
        moved.closing_balance
    FROM moved
    CROSS JOIN (SELECT 'five_tier' AS basis UNION ALL SELECT 'bucket') AS basis
),

cell AS (
    SELECT
        basis,
        from_class,
        to_class,
        count(*) AS n_loans,
        sum(opening_balance) AS opening_balance,
        sum(closing_balance) AS closing_balance
    FROM transition
    GROUP BY basis, from_class, to_class
),

cell_with_row AS (
    SELECT
        basis,
        from_class,
        to_class,
        n_loans,
        opening_balance,
        closing_balance,
        sum(n_loans) OVER (PARTITION BY basis, from_class) AS row_loans,
        sum(opening_balance) OVER (PARTITION BY basis, from_class) AS row_balance,
        sum(CASE WHEN from_class <> 'UNKNOWN' THEN n_loans ELSE 0 END) OVER (PARTITION BY basis) AS classified_loans
    FROM cell
)

SELECT
    basis,
    from_class,
    to_class,
    n_loans,
    CAST(opening_balance AS DECIMAL(18,2)) AS opening_balance,
    CAST(closing_balance AS DECIMAL(18,2)) AS closing_balance,
    CASE WHEN row_balance <> 0 THEN CAST(opening_balance AS DOUBLE) / CAST(row_balance AS DOUBLE) END AS rate,
    CAST(n_loans AS DOUBLE) / CAST(row_loans AS DOUBLE) AS count_rate,
    CASE WHEN row_balance = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM cell_with_row
WHERE classified_loans > 0
