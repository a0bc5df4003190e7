-- name: auto_vintage_pool
-- title: Defaults of a pool by months since its start | 车贷资产池违约曲线
-- kind: portfolio
-- grain: first_month, months_since_start
-- needs: auto_report.month_no
-- source: vintage curves on the outcome of auto_outcome; write-offs from loan_event
-- edges: A pool is the loans with the same month 0. Whole history up to the cutoff, one row for each month from 0 to the last one seen; a month counts only loans that are seen at least that long.
--   Every curve counts loans to which it has happened by then. n_default_first_missed and n_default_third_missed are the defaults of auto_outcome by their first and by their third missed payment; only the second could have been known at the time.
--   n_ever_3_zero counts every loan with three missed payments in a row by the third, also those that repaid later. n_charged_off counts write-offs.
--   Loans are seen from some age on, so what happened before month 0 is not in any curve.

WITH write_off AS (
    SELECT loan_id, MIN(event_date) AS write_off_date
    FROM loan_event
    WHERE event_type = 'WRITE_OFF'
    GROUP BY loan_id
),

loan_life AS (
    SELECT
        auto_outcome.first_month,
        auto_outcome.months_seen,
        CASE WHEN auto_outcome.d = 1 THEN auto_outcome.event_month END AS first_missed,
        auto_outcome.third_zero_month AS third_missed,
        auto_outcome.ever_third_zero_month AS ever_missed,
        write_off.write_off_date
    FROM auto_outcome
    LEFT JOIN write_off ON write_off.loan_id = auto_outcome.loan_id
),

-- Each date as months since the start of the pool.
loan_month AS (
    SELECT
        first_month,
        months_seen,
        12 * (DATE_PART('year', first_missed) - DATE_PART('year', first_month))
        + DATE_PART('month', first_missed) - DATE_PART('month', first_month) AS first_missed_after,
        12 * (DATE_PART('year', third_missed) - DATE_PART('year', first_month))
        + DATE_PART('month', third_missed) - DATE_PART('month', first_month) AS third_missed_after,
        12 * (DATE_PART('year', ever_missed) - DATE_PART('year', first_month))
        + DATE_PART('month', ever_missed) - DATE_PART('month', first_month) AS ever_missed_after,
        12 * (DATE_PART('year', write_off_date) - DATE_PART('year', first_month))
        + DATE_PART('month', write_off_date) - DATE_PART('month', first_month) AS written_off_after
    FROM loan_life
),

pool_month AS (
    SELECT DISTINCT
        first_month_of.first_month,
        auto_report.month_no
    FROM auto_report
    INNER JOIN auto_outcome AS first_month_of ON first_month_of.loan_id = auto_report.loan_id
)

SELECT
    pool_month.first_month,
    CAST(pool_month.month_no AS BIGINT) AS months_since_start,
    COUNT(CASE WHEN loan_month.first_missed_after <= pool_month.month_no THEN 1 END) AS n_default_first_missed,
    COUNT(CASE WHEN loan_month.third_missed_after <= pool_month.month_no THEN 1 END) AS n_default_third_missed,
    COUNT(CASE WHEN loan_month.ever_missed_after <= pool_month.month_no THEN 1 END) AS n_ever_3_zero,
    COUNT(CASE WHEN loan_month.written_off_after <= pool_month.month_no THEN 1 END) AS n_charged_off,
    COUNT(*) AS n_loans
FROM pool_month
INNER JOIN loan_month
    ON
        loan_month.first_month = pool_month.first_month
        AND loan_month.months_seen >= pool_month.month_no
GROUP BY pool_month.first_month, pool_month.month_no
