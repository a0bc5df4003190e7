-- name: quarter_end
-- title: Closing date and the dates three, six, nine and twelve months before | 期末及此前各季对应日期
-- kind: base
-- keep: yes
-- source: trend over three periods, a quarter apart whatever the length of the period that is run
-- edges: Always five rows. quarters_back 0 is the closing date of the period; n is the latest snapshot date of the calendar month 3 x n months
--   before the month of the closing date, empty where that month has none.

WITH reported AS (
    SELECT
        snapshot_date,
        CAST(12 * date_part('year', snapshot_date) + date_part('month', snapshot_date) AS INT) AS month_no
    FROM (SELECT DISTINCT snapshot_date FROM loan_snapshot) AS snapshot
    WHERE snapshot_date <= (SELECT close_date FROM reporting_date)
),

wanted AS (
    SELECT
        CAST(back.value AS INT) AS quarters_back,
        CAST(12 * date_part('year', reporting_date.close_date) + date_part('month', reporting_date.close_date) - 3 * back.value AS INT) AS month_no
    FROM reporting_date
    CROSS JOIN generate_series(0, 4) AS back
)

SELECT
    wanted.quarters_back,
    max(reported.snapshot_date) AS snapshot_date
FROM wanted
LEFT JOIN reported ON reported.month_no = wanted.month_no
GROUP BY wanted.quarters_back
