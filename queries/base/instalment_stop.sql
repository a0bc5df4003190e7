-- name: instalment_stop
-- title: Days on which instalments stopped taking cash, with the cash before | 分期停止日及此前实还
-- kind: base
-- keep: yes
-- source: payments skip instalments cancelled on or before their value date
-- edges: One row per version of a schedule and day; stop_no numbers the days of a version from 1, n_stops is their number. The cash is that of the version up to
--   the day before, reversals taken off.

WITH stop AS (
    SELECT DISTINCT loan_id, schedule_version, stopped_on
    FROM planned_instalment
    WHERE stopped_on IS NOT NULL
),

stop_cash AS (
    SELECT
        stop.loan_id,
        stop.schedule_version,
        stop.stopped_on,
        coalesce(sum(cash.principal_paid), 0) AS principal_paid,
        coalesce(sum(cash.interest_paid), 0) AS interest_paid
    FROM stop
    LEFT JOIN cash
      ON cash.loan_id = stop.loan_id
     AND cash.schedule_version = stop.schedule_version
     AND cash.value_date < stop.stopped_on
    GROUP BY stop.loan_id, stop.schedule_version, stop.stopped_on
)

SELECT
    loan_id,
    schedule_version,
    stopped_on,
    CAST(row_number() OVER (PARTITION BY loan_id, schedule_version ORDER BY stopped_on) AS BIGINT) AS stop_no,
    CAST(count(*) OVER (PARTITION BY loan_id, schedule_version) AS BIGINT) AS n_stops,
    CAST(principal_paid AS DECIMAL(38,2)) AS principal_paid,
    CAST(interest_paid AS DECIMAL(38,2)) AS interest_paid
FROM stop_cash
