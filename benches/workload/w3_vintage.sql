-- Loans originated in the window, by quarter and months on book; a cell is there once the youngest month has reached it.
WITH originated AS (
    SELECT
        loan_id,
        origination_amount,
        CAST(date_part('year', origination_date) AS INT) * 12 + CAST(date_part('month', origination_date) AS INT) - 1 AS month,
        CAST(date_part('year', origination_date) AS BIGINT) * 10
            + (CAST(date_part('month', origination_date) AS BIGINT) + 2) / 3 AS q
    FROM loan
    WHERE origination_date >= DATE '{W_START}'
),

quarter AS (
    SELECT q, count(*) AS n_loans, sum(origination_amount) AS amount, {LAST_M} - max(month) AS last_mob
    FROM originated
    GROUP BY q
),

became_late AS (
    SELECT originated.q, first_late.month - originated.month AS mob, count(*) AS n, sum(originated.origination_amount) AS amount
    FROM originated
    JOIN first_late ON first_late.loan_id = originated.loan_id
    GROUP BY originated.q, first_late.month - originated.month
),

cell AS (
    SELECT
        quarter.q,
        grid.value AS mob,
        quarter.n_loans,
        quarter.amount,
        coalesce(became_late.n, 0) AS n,
        coalesce(became_late.amount, 0) AS late_amount
    FROM quarter
    CROSS JOIN generate_series(0, {N_MONTHS}) AS grid
    LEFT JOIN became_late
      ON became_late.q = quarter.q
     AND became_late.mob = grid.value
    WHERE grid.value <= quarter.last_mob
)

SELECT
    q,
    mob,
    n_loans,
    amount,
    sum(n) OVER months AS n_ever90,
    sum(late_amount) OVER months AS amount_ever90,
    CAST(sum(n) OVER months AS DOUBLE) / CAST(n_loans AS DOUBLE) AS ever90,
    CAST(sum(late_amount) OVER months AS DOUBLE) / CAST(amount AS DOUBLE) AS ever90_amount
FROM cell
WINDOW months AS (PARTITION BY q ORDER BY mob)
