-- name: default_record_differs
-- title: Recorded defaults agree with derived ones | 违约记录与推导一致
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: BCBS 239, accuracy: reconciliation of two sources of one fact
-- edges: Only where the bank records defaults. Looks at episodes that begin in the period, of loans that have a snapshot on or before the default. A record and
--   a derived episode agree if one covers the first day of the other, a day early included. Both directions are reported.

WITH supplied AS (
    SELECT
        loan_id,
        default_date,
        coalesce(probation_end_date, DATE '9999-12-31') AS episode_end
    FROM default_episode
    WHERE origin = 'supplied'
),

derived AS (
    SELECT
        loan_id,
        default_date,
        trigger,
        coalesce(probation_end_date, DATE '9999-12-31') AS episode_end
    FROM default_derived
    WHERE (SELECT count(*) FROM default_record) > 0
),

first_snapshot AS (
    SELECT loan_id, min(snapshot_date) AS snapshot_date
    FROM loan_snapshot
    GROUP BY loan_id
),

unfounded AS (
    SELECT supplied.loan_id, supplied.default_date
    FROM supplied
    WHERE supplied.default_date BETWEEN $period_start AND $period_end
      AND NOT EXISTS (
          SELECT 1
          FROM derived
          WHERE derived.loan_id = supplied.loan_id
            AND derived.default_date <= supplied.default_date + CAST(1 AS INT)
            AND derived.episode_end > supplied.default_date
      )
),

unrecorded AS (
    SELECT derived.loan_id, derived.default_date, derived.trigger
    FROM derived
    WHERE derived.default_date BETWEEN $period_start AND $period_end
      AND NOT EXISTS (
          SELECT 1
          FROM supplied
          WHERE supplied.loan_id = derived.loan_id
            AND supplied.default_date <= derived.default_date + CAST(1 AS INT)
            AND supplied.episode_end > derived.default_date
      )
)

SELECT
    concat(unfounded.loan_id, '/', CAST(unfounded.default_date AS TEXT)) AS key,
    concat('Loan ', unfounded.loan_id, ' is recorded as in default from ', CAST(unfounded.default_date AS TEXT),
        ', but days past due, events and classes show no default that covers this day.') AS detail
FROM unfounded
JOIN first_snapshot
  ON first_snapshot.loan_id = unfounded.loan_id
 AND first_snapshot.snapshot_date <= unfounded.default_date
UNION ALL
SELECT
    concat(unrecorded.loan_id, '/', CAST(unrecorded.default_date AS TEXT)) AS key,
    concat('Loan ', unrecorded.loan_id, ' is in default from ', CAST(unrecorded.default_date AS TEXT), ' by ', unrecorded.trigger,
        ', but no record covers this day.') AS detail
FROM unrecorded
