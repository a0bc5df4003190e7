WITH total AS (
    SELECT
        snapshot_date,
        sum(n_loans) AS n_loans,
        sum(balance) AS balance,
        sum(npl_balance) AS npl_balance,
        sum(arrears) AS arrears,
        sum(el) AS el,
        sum(bal_b0) AS bal_b0,
        sum(bal_b1) AS bal_b1,
        sum(bal_b2) AS bal_b2,
        sum(bal_b3) AS bal_b3,
        sum(bal_b4) AS bal_b4,
        sum(bal_b5) AS bal_b5,
        sum(bal_b6) AS bal_b6,
        sum(bal_b7) AS bal_b7,
        sum(n_b0) AS n_b0,
        sum(n_b1) AS n_b1,
        sum(n_b2) AS n_b2,
        sum(n_b3) AS n_b3,
        sum(n_b4) AS n_b4,
        sum(n_b5) AS n_b5,
        sum(n_b6) AS n_b6,
        sum(n_b7) AS n_b7
    FROM segment
    GROUP BY snapshot_date
)

SELECT
    *,
    CAST(npl_balance AS DOUBLE) / CAST(balance AS DOUBLE) AS npl_ratio,
    CAST(balance - bal_b0 AS DOUBLE) / CAST(balance AS DOUBLE) AS overdue_ratio,
    CAST(bal_b2 + bal_b3 + bal_b4 + bal_b5 + bal_b6 + bal_b7 AS DOUBLE) / CAST(balance AS DOUBLE) AS par_30,
    CAST(bal_b4 + bal_b5 + bal_b6 + bal_b7 AS DOUBLE) / CAST(balance AS DOUBLE) AS par_90
FROM total
