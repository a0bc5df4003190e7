-- name: migration_rows_sum_to_one
-- title: Migration rows add up | 迁徙矩阵行和为一
-- kind: audit
-- severity: error
-- source: with exits as states the rows of a migration matrix are distributions (cohort estimator)
-- edges: The shares of a row may differ from 1 by 0.000000001. Loans and opening balance of all rows of a basis are compared exactly with the
--   ACTIVE loans of the opening snapshot, read from the snapshots themselves. A basis that is left out is not checked.

WITH row_total AS (
    SELECT
        basis,
        from_class,
        sum(rate) AS rate,
        sum(count_rate) AS count_rate
    FROM portfolio_migration
    GROUP BY basis, from_class
),

basis_total AS (
    SELECT
        basis,
        sum(n_loans) AS n_loans,
        sum(opening_balance) AS opening_balance
    FROM portfolio_migration
    GROUP BY basis
),

opening_book AS (
    SELECT
        count(*) AS n_loans,
        sum(loan_snapshot.principal_balance) AS balance
    FROM loan_snapshot
    JOIN loan ON loan.loan_id = loan_snapshot.loan_id
    WHERE loan_snapshot.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_snapshot.status = 'ACTIVE'
)

SELECT
    concat(basis, '/', from_class) AS key,
    concat('The shares of row ', from_class, ' of basis ', basis, ' add up to ', CAST(rate AS TEXT), ' by balance and ',
        CAST(count_rate AS TEXT), ' by loans instead of 1.') AS detail
FROM row_total
WHERE abs(rate - 1) > 0.000000001
   OR abs(count_rate - 1) > 0.000000001
UNION ALL
SELECT
    basis_total.basis AS key,
    concat('The rows of basis ', basis_total.basis, ' hold ', CAST(basis_total.n_loans AS TEXT), ' loans with ',
        CAST(basis_total.opening_balance AS TEXT), ', the opening snapshot has ', CAST(opening_book.n_loans AS TEXT),
        ' active loans with ', CAST(opening_book.balance AS TEXT), '.') AS detail
FROM basis_total
CROSS JOIN opening_book
WHERE basis_total.n_loans <> opening_book.n_loans
   OR basis_total.opening_balance <> opening_book.balance
