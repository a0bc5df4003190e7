-- The stock of the month-ends, by the owners on each.
WITH stock AS (
    SELECT
        loan_id,
        snapshot_date,
        CAST(principal_balance AS DOUBLE) AS balance,
        five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS') AS is_npl,
        CASE WHEN snapshot_date IN (DATE '{M0}', DATE '{M3}') THEN CAST(1 AS DOUBLE) ELSE CAST(2 AS DOUBLE) END AS weight,
        coalesce(CAST(pd AS DOUBLE), 0) * CAST(lgd AS DOUBLE) AS loss_rate
    FROM loan_snapshot
    WHERE snapshot_date IN (DATE '{M0}', DATE '{M1}', DATE '{M2}', DATE '{M3}')
      AND status = 'ACTIVE'
),

owned AS (
    SELECT
        assignment.officer_id,
        assignment.share,
        assignment.share * stock.balance AS part,
        stock.snapshot_date,
        stock.is_npl,
        stock.weight,
        stock.loss_rate
    FROM assignment
    JOIN stock
      ON stock.loan_id = assignment.loan_id
     AND stock.snapshot_date >= assignment.valid_from
     AND stock.snapshot_date < assignment.valid_to
)

SELECT
    officer_id,
    sum(CASE WHEN snapshot_date = DATE '{M3}' THEN share ELSE 0 END) AS n_loans,
    sum(CASE WHEN snapshot_date = DATE '{M3}' AND is_npl THEN part ELSE 0 END) AS npl_num,
    sum(CASE WHEN snapshot_date = DATE '{M3}' THEN part ELSE 0 END) AS npl_den,
    sum(CASE WHEN snapshot_date = DATE '{M0}' AND NOT is_npl THEN part ELSE 0 END) AS performing,
    sum(weight * part) / 6 AS avg_balance,
    sum(weight * part * loss_rate) / 6 AS el_amount
FROM owned
GROUP BY officer_id
