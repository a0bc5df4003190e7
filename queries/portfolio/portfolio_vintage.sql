-- name: portfolio_vintage
-- title: Vintage curves | 账龄（Vintage）分析
-- kind: portfolio
-- grain: vintage, event, curve, mob
-- needs: loan_snapshot.status, loan.origination_date
-- source: static pool analysis: closed-goods-in denominators, right-censored cells left out
-- edges: A vintage is the quarter of origination. mob counts calendar months since the month of origination, month 0. All loans originated up to the
--   closing snapshot stay in the denominator for ever, also when paid off, sold or written off. ever counts a loan from its first event on:
--   dpd_30, dpd_60 and dpd_90 the first ACTIVE snapshot with more than 30, 60 or 90 days past due (strictly), default the first default episode,
--   write_off the first WRITE_OFF event, partial ones included, or the end of the loan as WRITTEN_OFF. current counts the loans that are ACTIVE
--   and late on the last snapshot date of that calendar month; it has no meaning for default and write_off and is left out there. The curve runs
--   to the months reached by the oldest loan of the vintage. A cell is NULL with PARTIAL_PERIOD where the youngest loan had not reached the
--   month by the closing snapshot, or where the month of any loan lies before the first snapshot of the data (what happened
--   there was not seen; the ever curves of such vintages start from the first snapshot), and for current also where the data have no snapshot in the
--   month of any loan. value is by count, value_amount by origination amount; without amounts value_amount is empty. dpd curves are
--   NULL with MISSING_INPUT where no snapshot has days past due. Loans without an origination date belong to no vintage. An event before the month
--   of origination counts in month 0.

WITH seen AS (
    -- First and last month of the data as month numbers, and whether days past due are known at all.
    SELECT
        CAST(12 * date_part('year', min(snapshot_date)) + date_part('month', min(snapshot_date)) AS INT) AS first_month,
        CAST(12 * date_part('year', (SELECT close_date FROM reporting_date))
            + date_part('month', (SELECT close_date FROM reporting_date)) AS INT) AS close_month,
        count(days_past_due) AS n_with_dpd
    FROM loan_snapshot
),

member AS (
    SELECT
        loan_id,
        concat(date_part('year', origination_date), 'Q', date_part('quarter', origination_date)) AS vintage,
        CAST(12 * date_part('year', origination_date) + date_part('month', origination_date) AS INT) AS origination_month,
        origination_amount,
        ended_on,
        end_type
    FROM loan
    WHERE origination_date <= (SELECT close_date FROM reporting_date)
),

vintage_size AS (
    SELECT
        member.vintage,
        count(*) AS n_loans,
        sum(member.origination_amount) AS origination_amount,
        min(seen.close_month - member.origination_month) AS mob_of_youngest,
        max(seen.close_month - member.origination_month) AS mob_of_oldest,
        max(seen.first_month - member.origination_month) AS first_seen_mob
    FROM member
    CROSS JOIN seen
    GROUP BY member.vintage
),

late_snapshot AS (
    -- Only late loans are looked at; the rest of the history is never joined.
    SELECT
        loan_id,
        snapshot_date,
        CAST(12 * date_part('year', snapshot_date) + date_part('month', snapshot_date) AS INT) AS snapshot_month,
        days_past_due
    FROM loan_snapshot
    WHERE status = 'ACTIVE'
      AND days_past_due > 30
      AND snapshot_date <= (SELECT close_date FROM reporting_date)
),

first_event AS (
    SELECT
        loan_id,
        'dpd_30' AS event,
        min(snapshot_month) AS event_month
    FROM late_snapshot
    GROUP BY loan_id
    UNION ALL
    SELECT loan_id, 'dpd_60' AS event, min(snapshot_month) AS event_month
    FROM late_snapshot
    WHERE days_past_due > 60
    GROUP BY loan_id
    UNION ALL
    SELECT loan_id, 'dpd_90' AS event, min(snapshot_month) AS event_month
    FROM late_snapshot
    WHERE days_past_due > 90
    GROUP BY loan_id
    UNION ALL
    SELECT
        loan_id,
        'default' AS event,
        min(CAST(12 * date_part('year', default_date) + date_part('month', default_date) AS INT)) AS event_month
    FROM default_episode
    WHERE default_date <= (SELECT close_date FROM reporting_date)
    GROUP BY loan_id
    UNION ALL
    SELECT
        loan_id,
        'write_off' AS event,
        min(CAST(12 * date_part('year', write_off_date) + date_part('month', write_off_date) AS INT)) AS event_month
    FROM (
        SELECT loan_id, event_date AS write_off_date FROM loan_event WHERE event_type = 'WRITE_OFF'
        UNION ALL
        SELECT loan_id, ended_on AS write_off_date FROM member WHERE end_type = 'WRITTEN_OFF'
    ) AS write_off
    WHERE write_off_date <= (SELECT close_date FROM reporting_date)
    GROUP BY loan_id
),

month_end AS (
    -- The last snapshot date of each calendar month.
    SELECT max(snapshot_date) AS snapshot_date
    FROM (SELECT DISTINCT snapshot_date FROM loan_snapshot) AS report_date
    WHERE snapshot_date <= (SELECT close_date FROM reporting_date)
    GROUP BY date_part('year', snapshot_date), date_part('month', snapshot_date)
),

late_at_month_end AS (
    SELECT
        late_snapshot.loan_id,
        late_snapshot.snapshot_month AS event_month,
        late_snapshot.days_past_due
    FROM late_snapshot
    JOIN month_end ON month_end.snapshot_date = late_snapshot.snapshot_date
),

occurrence AS (
    -- New events of the ever curves, and loans late now of the current curves.
    SELECT loan_id, event, 'ever' AS curve, event_month FROM first_event
    UNION ALL
    SELECT loan_id, 'dpd_30' AS event, 'current' AS curve, event_month FROM late_at_month_end
    UNION ALL
    SELECT loan_id, 'dpd_60' AS event, 'current' AS curve, event_month FROM late_at_month_end WHERE days_past_due > 60
    UNION ALL
    SELECT loan_id, 'dpd_90' AS event, 'current' AS curve, event_month FROM late_at_month_end WHERE days_past_due > 90
),

counted AS (
    SELECT
        member.vintage,
        occurrence.event,
        occurrence.curve,
        greatest(occurrence.event_month - member.origination_month, 0) AS mob,
        count(*) AS n_events,
        sum(member.origination_amount) AS event_amount
    FROM member
    JOIN occurrence ON occurrence.loan_id = member.loan_id
    GROUP BY
        member.vintage,
        occurrence.event,
        occurrence.curve,
        greatest(occurrence.event_month - member.origination_month, 0)
),

month_seen AS (
    SELECT CAST(12 * date_part('year', snapshot_date) + date_part('month', snapshot_date) AS INT) AS snapshot_month
    FROM month_end
),

cohort_month AS (
    -- Months of origination inside a vintage; each needs a snapshot in its own calendar month.
    SELECT vintage, origination_month
    FROM member
    GROUP BY vintage, origination_month
),

unseen AS (
    SELECT DISTINCT
        cohort_month.vintage,
        age.value AS mob
    FROM cohort_month
    CROSS JOIN generate_series(0, 1200) AS age
    CROSS JOIN seen
    LEFT JOIN month_seen ON month_seen.snapshot_month = cohort_month.origination_month + age.value
    WHERE month_seen.snapshot_month IS NULL
      AND cohort_month.origination_month + age.value <= seen.close_month
),

grid AS (
    SELECT
        vintage_size.vintage,
        series.event,
        series.curve,
        age.value AS mob,
        vintage_size.n_loans,
        vintage_size.origination_amount,
        age.value > vintage_size.mob_of_youngest
            OR age.value < vintage_size.first_seen_mob
            OR (series.curve = 'current' AND unseen.vintage IS NOT NULL) AS is_partial,
        series.event LIKE 'dpd%' AND seen.n_with_dpd = 0 AS is_missing
    FROM vintage_size
    CROSS JOIN seen
    CROSS JOIN generate_series(0, 1200) AS age
    CROSS JOIN (
        SELECT 'dpd_30' AS event, 'ever' AS curve
        UNION ALL SELECT 'dpd_60', 'ever'
        UNION ALL SELECT 'dpd_90', 'ever'
        UNION ALL SELECT 'default', 'ever'
        UNION ALL SELECT 'write_off', 'ever'
        UNION ALL SELECT 'dpd_30', 'current'
        UNION ALL SELECT 'dpd_60', 'current'
        UNION ALL SELECT 'dpd_90', 'current'
    ) AS series
    LEFT JOIN unseen
      ON unseen.vintage = vintage_size.vintage
     AND unseen.mob = age.value
    WHERE age.value <= vintage_size.mob_of_oldest
),

curve AS (
    SELECT
        grid.vintage,
        grid.event,
        grid.curve,
        grid.mob,
        grid.n_loans,
        grid.origination_amount,
        grid.is_partial,
        grid.is_missing,
        -- Loans enter an ever curve once and stay in it.
        CASE WHEN grid.curve = 'ever'
            THEN sum(coalesce(counted.n_events, 0)) OVER (
                PARTITION BY grid.vintage, grid.event, grid.curve ORDER BY grid.mob ROWS UNBOUNDED PRECEDING)
            ELSE coalesce(counted.n_events, 0)
        END AS n_events,
        CASE WHEN grid.curve = 'ever'
            THEN sum(coalesce(counted.event_amount, 0)) OVER (
                PARTITION BY grid.vintage, grid.event, grid.curve ORDER BY grid.mob ROWS UNBOUNDED PRECEDING)
            ELSE coalesce(counted.event_amount, 0)
        END AS event_amount
    FROM grid
    LEFT JOIN counted
      ON counted.vintage = grid.vintage
     AND counted.event = grid.event
     AND counted.curve = grid.curve
     AND counted.mob = grid.mob
)

SELECT
    vintage,
    event,
    curve,
    CAST(mob AS INT) AS mob,
    n_loans,
    CAST(origination_amount AS DECIMAL(18,2)) AS origination_amount,
    CASE WHEN NOT is_partial AND NOT is_missing THEN CAST(n_events AS BIGINT) END AS n_events,
    CASE WHEN NOT is_partial AND NOT is_missing AND origination_amount IS NOT NULL
        THEN CAST(event_amount AS DECIMAL(18,2)) END AS event_amount,
    CASE WHEN NOT is_partial AND NOT is_missing THEN CAST(n_events AS DOUBLE) / CAST(n_loans AS DOUBLE) END AS value,
    CASE WHEN NOT is_partial AND NOT is_missing AND origination_amount <> 0
        THEN CAST(event_amount AS DOUBLE) / CAST(origination_amount AS DOUBLE) END AS value_amount,
    CASE WHEN is_missing THEN 'MISSING_INPUT' WHEN is_partial THEN 'PARTIAL_PERIOD' END AS reason_code
FROM curve
