-- name: average_weight
-- title: Weight of every reporting date in the average of the period | 序时平均权重
-- kind: base
-- keep: yes
-- params: period_end DATE
-- source: chronological mean 序时平均 (B0/2 + B1 + … + Bn/2)/n
-- edges: The distinct snapshot dates from the opening one to the period end. weight = halves / total_halves: the first and the last date count one half
--   of those between; a single date counts whole. Without an opening snapshot the first date of the period takes its place.

WITH reported AS (
    SELECT DISTINCT snapshot_date
    FROM loan_snapshot
    WHERE snapshot_date <= $period_end
      AND snapshot_date >= (SELECT coalesce(open_date, DATE '0001-01-01') FROM reporting_date)
),

placed AS (
    SELECT
        snapshot_date,
        row_number() OVER (ORDER BY snapshot_date) AS place,
        count(*) OVER () AS n_dates
    FROM reported
)

SELECT
    snapshot_date,
    CAST(CASE WHEN n_dates = 1 THEN 2 WHEN place = 1 OR place = n_dates THEN 1 ELSE 2 END AS INT) AS halves,
    CAST(CASE WHEN n_dates = 1 THEN 2 ELSE 2 * (n_dates - 1) END AS INT) AS total_halves
FROM placed
