-- name: due
-- title: Instalments up to the period end, amounts as they are owed after cancellation | 应还分期（含取消后金额）
-- kind: base
-- params: period_end DATE
-- source: payments skip instalments cancelled on or before their value date
-- edges: schedule_version is 0 for loans with a single version, as in cash. An instalment cancelled by the period end takes no cash from that day on: what it owes
--   is what it had received by the day before, first in first out. Where instalments of one version were cancelled on several days and later
--   ones stayed, the cash that came between two such days is not counted for the second cancellation.

WITH plain AS (
    SELECT
        instalment.loan_id,
        CASE WHEN schedule_span.loan_id IS NULL THEN 0 ELSE instalment.schedule_version END AS schedule_version,
        instalment.instalment_no,
        instalment.due_date,
        instalment.cancelled_on,
        instalment.principal_due,
        coalesce(instalment.interest_due, 0) AS interest_due
    FROM instalment
    LEFT JOIN schedule_span
      ON schedule_span.loan_id = instalment.loan_id
     AND schedule_span.schedule_version = instalment.schedule_version
    WHERE instalment.due_date <= $period_end
),

troubled AS (
    SELECT DISTINCT loan_id, schedule_version
    FROM plain
    WHERE cancelled_on <= $period_end
),

ordered AS (
    SELECT
        plain.loan_id,
        plain.schedule_version,
        plain.instalment_no,
        plain.due_date,
        plain.cancelled_on,
        plain.principal_due,
        plain.interest_due,
        sum(plain.principal_due) OVER account - plain.principal_due AS principal_before,
        sum(plain.interest_due) OVER account - plain.interest_due AS interest_before
    FROM troubled
    JOIN plain ON plain.loan_id = troubled.loan_id AND plain.schedule_version = troubled.schedule_version
    WINDOW account AS (
        PARTITION BY plain.loan_id, plain.schedule_version
        ORDER BY plain.due_date, plain.instalment_no ROWS UNBOUNDED PRECEDING
    )
),

frozen AS (
    SELECT
        ordered.loan_id,
        ordered.schedule_version,
        ordered.instalment_no,
        greatest(0, least(ordered.principal_due, coalesce(sum(cash.principal_paid), 0) - ordered.principal_before)) AS principal_owed,
        greatest(0, least(ordered.interest_due, coalesce(sum(cash.interest_paid), 0) - ordered.interest_before)) AS interest_owed
    FROM ordered
    LEFT JOIN cash
      ON cash.loan_id = ordered.loan_id
     AND cash.schedule_version = ordered.schedule_version
     AND cash.value_date < ordered.cancelled_on
    WHERE ordered.cancelled_on <= $period_end
    GROUP BY
        ordered.loan_id,
        ordered.schedule_version,
        ordered.instalment_no,
        ordered.principal_due,
        ordered.interest_due,
        ordered.principal_before,
        ordered.interest_before
)

SELECT
    plain.loan_id,
    plain.schedule_version,
    plain.instalment_no,
    plain.due_date,
    CASE WHEN plain.cancelled_on <= $period_end THEN plain.cancelled_on END AS cancelled_on,
    plain.principal_due,
    plain.interest_due,
    CAST(coalesce(frozen.principal_owed, plain.principal_due) AS DECIMAL(18,2)) AS principal_owed,
    CAST(coalesce(frozen.interest_owed, plain.interest_due) AS DECIMAL(18,2)) AS interest_owed
FROM plain
LEFT JOIN frozen
  ON frozen.loan_id = plain.loan_id
 AND frozen.schedule_version = plain.schedule_version
 AND frozen.instalment_no = plain.instalment_no
