-- name: reporting_date
-- title: Opening and closing snapshot date of the period | 期初与期末快照日期
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: reports that do not fall on month-ends: the latest in the period, and the latest before it
-- edges: Always exactly one row. close_date is the latest snapshot date inside the period, both ends included, open_date the latest one
--   before it, whatever the rhythm of the snapshots; each is empty where there is none. n_days counts the days of the period, not
--   the days between the two snapshots.

SELECT
    max(CASE WHEN snapshot_date < $period_start THEN snapshot_date END) AS open_date,
    max(CASE WHEN snapshot_date BETWEEN $period_start AND $period_end THEN snapshot_date END) AS close_date,
    CAST($period_end - $period_start + 1 AS INT) AS n_days
FROM input.loan_snapshot
