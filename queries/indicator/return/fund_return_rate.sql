-- name: fund_return_rate
-- title: Deposits of borrowers over their loans | 资金归行率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio
-- owner: officers at the opening: the mean of an officer's shares of the loans of the customer ACTIVE on the opening snapshot
-- needs: deposit_balance.balance, loan_snapshot.status
-- params: period_end DATE
-- source: 资金归行率 = average deposits of borrowers / average loans of borrowers
-- edges: Customers with an ACTIVE loan on the opening snapshot, NPL included; those who borrow for the first time in the period are out. Both means are
--   chronological, the first and the last date with one half, each over its own dates from the opening snapshot to the period end: loans over the snapshot
--   dates, deposits over the dates of table deposit_balance, so that a daily feed gives a daily mean. A customer without a row on one of the dates counts 0
--   there, an overdraft counts as it is. Loans are all ACTIVE loans of the customer, also those drawn in the period; after its end a loan counts 0.

WITH opening AS (
    SELECT customer_id, loan_id, snapshot_date
    FROM loan_month
    WHERE snapshot_date = (SELECT open_date FROM reporting_date)
      AND status = 'ACTIVE'
      AND customer_id IS NOT NULL
),

loan_count AS (
    SELECT customer_id, count(*) AS n_loans
    FROM opening
    GROUP BY customer_id
),

holding AS (
    SELECT opening.customer_id, owner.officer_id, sum(owner.share) AS share
    FROM opening
    JOIN owner
      ON owner.loan_id = opening.loan_id
     AND owner.valid_from <= opening.snapshot_date
     AND owner.valid_to > opening.snapshot_date
    GROUP BY opening.customer_id, owner.officer_id
),

lent AS (
    SELECT
        loan_month.customer_id,
        sum(loan_month.principal_balance * average_weight.halves) AS balance,
        max(average_weight.total_halves) AS total_halves
    FROM average_weight
    JOIN loan_month ON loan_month.snapshot_date = average_weight.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
    GROUP BY loan_month.customer_id
),

deposit_date AS (
    SELECT DISTINCT balance_date
    FROM deposit_balance
    WHERE balance_date BETWEEN (SELECT open_date FROM reporting_date) AND $period_end
),

placed AS (
    SELECT
        balance_date,
        row_number() OVER (ORDER BY balance_date) AS place,
        count(*) OVER () AS n_dates
    FROM deposit_date
),

deposit_weight AS (
    SELECT
        balance_date,
        CASE WHEN n_dates = 1 THEN 2 WHEN place = 1 OR place = n_dates THEN 1 ELSE 2 END AS halves,
        CASE WHEN n_dates = 1 THEN 2 ELSE 2 * (n_dates - 1) END AS total_halves
    FROM placed
),

deposited AS (
    SELECT
        deposit_balance.customer_id,
        sum(deposit_balance.balance * deposit_weight.halves) AS balance,
        max(deposit_weight.total_halves) AS total_halves
    FROM deposit_weight
    JOIN deposit_balance ON deposit_balance.balance_date = deposit_weight.balance_date
    GROUP BY deposit_balance.customer_id
)

SELECT
    holding.officer_id,
    holding.customer_id,
    holding.customer_id AS key,
    coalesce(
        CAST(CAST(deposited.balance * holding.share AS DECIMAL(28,12)) / (deposited.total_halves * loan_count.n_loans) AS DECIMAL(38,12)),
        CAST(0 AS DECIMAL(38,12))
    ) AS numerator,
    CAST(CAST(lent.balance * holding.share AS DECIMAL(28,12)) / (lent.total_halves * loan_count.n_loans) AS DECIMAL(38,12)) AS denominator
FROM loan_count
JOIN holding ON holding.customer_id = loan_count.customer_id
JOIN lent ON lent.customer_id = loan_count.customer_id
LEFT JOIN deposited ON deposited.customer_id = loan_count.customer_id
