SELECT
    *,
    CAST(npl_balance AS DOUBLE) / CAST(balance AS DOUBLE) AS npl_ratio,
    CAST(balance - bal_b0 AS DOUBLE) / CAST(balance AS DOUBLE) AS overdue_ratio,
    CAST(bal_b2 + bal_b3 + bal_b4 + bal_b5 + bal_b6 + bal_b7 AS DOUBLE) / CAST(balance AS DOUBLE) AS par_30,
    CAST(bal_b4 + bal_b5 + bal_b6 + bal_b7 AS DOUBLE) / CAST(balance AS DOUBLE) AS par_90
FROM segment
