-- name: stopped_instalment
-- title: What the instalments of plans with cancellations owe | 含取消分期的还款计划应还金额
-- kind: base
-- keep: yes
-- source: payments skip instalments cancelled on or before their value date
-- edges: All instalments of every version in which one stopped taking cash; the others are owed in full. One that stopped owes what it had received by the day
--   before, principal and interest apart, first in first out; where instalments of a version stopped on several days, these are worked out one
--   after the other, because later cash passes over what has stopped.

WITH RECURSIVE stopping AS (
    -- The instalments of every version in which one stopped; stop_no is empty for those that did not.
    SELECT
        planned_instalment.loan_id,
        planned_instalment.schedule_version,
        planned_instalment.instalment_no,
        planned_instalment.due_date,
        stopped.stop_no,
        first_stop.n_stops,
        stopped.principal_paid,
        stopped.interest_paid,
        CAST(planned_instalment.principal_due AS DECIMAL(38,2)) AS principal_owed,
        CAST(planned_instalment.interest_due AS DECIMAL(38,2)) AS interest_owed
    FROM instalment_stop AS first_stop
    JOIN planned_instalment
      ON planned_instalment.loan_id = first_stop.loan_id
     AND planned_instalment.schedule_version = first_stop.schedule_version
     AND first_stop.stop_no = 1
    LEFT JOIN instalment_stop AS stopped
      ON stopped.loan_id = planned_instalment.loan_id
     AND stopped.schedule_version = planned_instalment.schedule_version
     AND stopped.stopped_on = planned_instalment.stopped_on
),

worked_out AS (
    -- Versions with several stops, one after the other. One stop, the rule, is worked out without this below.
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        due_date,
        stop_no,
        n_stops,
        principal_paid,
        interest_paid,
        principal_owed,
        interest_owed,
        CAST(0 AS BIGINT) AS step
    FROM stopping
    WHERE n_stops > 1
    UNION ALL
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        due_date,
        stop_no,
        n_stops,
        principal_paid,
        interest_paid,
        CAST(CASE
            WHEN stop_no = step + 1
                THEN greatest(0, least(principal_owed, principal_paid - (sum(principal_owed) OVER account - principal_owed)))
            ELSE principal_owed
        END AS DECIMAL(38,2)) AS principal_owed,
        CAST(CASE
            WHEN stop_no = step + 1
                THEN greatest(0, least(interest_owed, interest_paid - (sum(interest_owed) OVER account - interest_owed)))
            ELSE interest_owed
        END AS DECIMAL(38,2)) AS interest_owed,
        step + 1 AS step
    FROM worked_out
    WHERE step < n_stops
    WINDOW account AS (
        PARTITION BY loan_id, schedule_version
        ORDER BY due_date, instalment_no ROWS UNBOUNDED PRECEDING
    )
),

frozen AS (
    SELECT
        loan_id,
        schedule_version,
        instalment_no,
        CASE
            WHEN stop_no = 1
                THEN greatest(0, least(principal_owed, principal_paid - (sum(principal_owed) OVER account - principal_owed)))
            ELSE principal_owed
        END AS principal_owed,
        CASE
            WHEN stop_no = 1
                THEN greatest(0, least(interest_owed, interest_paid - (sum(interest_owed) OVER account - interest_owed)))
            ELSE interest_owed
        END AS interest_owed
    FROM stopping
    WHERE n_stops = 1
    WINDOW account AS (
        PARTITION BY loan_id, schedule_version
        ORDER BY due_date, instalment_no ROWS UNBOUNDED PRECEDING
    )
    UNION ALL
    SELECT loan_id, schedule_version, instalment_no, principal_owed, interest_owed
    FROM worked_out
    WHERE step = n_stops
)

SELECT
    loan_id,
    schedule_version,
    instalment_no,
    CAST(principal_owed AS DECIMAL(18,2)) AS principal_owed,
    CAST(interest_owed AS DECIMAL(18,2)) AS interest_owed
FROM frozen
