-- name: default_episode
-- title: Default episodes | 违约事件
-- kind: base
-- grain: loan_id, default_date
-- publish: yes
-- params: cutoff DATE
-- source: EBA/GL/2016/07 (probation, relapse); Basel CRE36, CRR Art. 178
-- edges: If the bank records defaults, its records count and nothing is derived; a record on a customer counts for every loan of the
--   customer that was originated on or before that day and had not ended before it. An episode lasts from default_date to
--   probation_end_date, that day not included. A record inside an earlier episode, or on the same day, is a relapse of it and extends the
--   end to the later of the two; an empty end is an open end, also where a cure_date is given. default_date and trigger are those of the
--   first record, cure_date that of the last. Dates of cure and end after the cutoff have not happened yet and are empty.
--   ead is the recorded amount for a record on a loan; else (a customer's amount cannot be split) the principal on the last ACTIVE snapshot
--   on or before default_date; without one the DISBURSEMENT events up to that day; without these the origination amount if the loan was
--   originated by then (or its date is unknown). Records that exist but all lie after the cutoff look like no records, so
--   such a run derives.

WITH recorded AS (
    SELECT
        subject_id AS loan_id,
        default_date,
        trigger,
        cure_date,
        coalesce(probation_end_date, DATE '9999-12-31') AS episode_end,
        ead
    FROM default_record
    WHERE subject_type = 'LOAN'
    UNION ALL
    SELECT
        loan.loan_id,
        default_record.default_date,
        default_record.trigger,
        default_record.cure_date,
        coalesce(default_record.probation_end_date, DATE '9999-12-31') AS episode_end,
        CAST(NULL AS DECIMAL(18,2)) AS ead
    FROM default_record
    JOIN loan ON loan.customer_id = default_record.subject_id
    WHERE default_record.subject_type = 'CUSTOMER'
      AND (loan.origination_date IS NULL OR loan.origination_date <= default_record.default_date)
      AND (loan.ended_on IS NULL OR loan.ended_on >= default_record.default_date)
),

recorded_with_past AS (
    SELECT
        loan_id,
        default_date,
        trigger,
        cure_date,
        episode_end,
        ead,
        max(episode_end) OVER (
            PARTITION BY loan_id ORDER BY default_date, episode_end, trigger ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS end_so_far,
        lag(default_date) OVER (PARTITION BY loan_id ORDER BY default_date, episode_end, trigger) AS previous_default
    FROM recorded
),

recorded_in_episode AS (
    SELECT
        loan_id,
        default_date,
        trigger,
        cure_date,
        episode_end,
        ead,
        sum(CASE WHEN default_date < end_so_far OR default_date = previous_default THEN 0 ELSE 1 END) OVER (
            PARTITION BY loan_id ORDER BY default_date, episode_end, trigger ROWS UNBOUNDED PRECEDING
        ) AS episode_no
    FROM recorded_with_past
),

recorded_episode AS (
    SELECT
        loan_id,
        min(default_date) AS default_date,
        first_value(trigger ORDER BY default_date, episode_end, trigger) AS trigger,
        first_value(cure_date ORDER BY default_date DESC, episode_end DESC) AS cure_date,
        max(episode_end) AS episode_end,
        first_value(ead ORDER BY default_date, episode_end, trigger) AS ead,
        count(DISTINCT default_date) - 1 AS relapses
    FROM recorded_in_episode
    GROUP BY loan_id, episode_no
),

episode AS (
    SELECT
        loan_id,
        default_date,
        trigger,
        ead,
        CASE WHEN cure_date <= $cutoff THEN cure_date END AS cure_date,
        CASE WHEN episode_end <= $cutoff THEN episode_end END AS probation_end_date,
        'supplied' AS origin,
        relapses
    FROM recorded_episode
    UNION ALL
    SELECT
        loan_id,
        default_date,
        trigger,
        CAST(NULL AS DECIMAL(18,2)) AS ead,
        cure_date,
        probation_end_date,
        'derived' AS origin,
        relapses
    FROM default_derived
    WHERE (SELECT count(*) FROM default_record) = 0
),

episode_with_balance AS (
    SELECT
        episode.loan_id,
        episode.default_date,
        episode.trigger,
        episode.ead,
        episode.cure_date,
        episode.probation_end_date,
        episode.origin,
        episode.relapses,
        first_value(loan_snapshot.principal_balance ORDER BY loan_snapshot.snapshot_date DESC) AS principal_balance
    FROM episode
    LEFT JOIN loan_snapshot
      ON loan_snapshot.loan_id = episode.loan_id
     AND loan_snapshot.snapshot_date <= episode.default_date
     AND loan_snapshot.status = 'ACTIVE'
    GROUP BY
        episode.loan_id,
        episode.default_date,
        episode.trigger,
        episode.ead,
        episode.cure_date,
        episode.probation_end_date,
        episode.origin,
        episode.relapses
),

episode_with_disbursement AS (
    SELECT
        episode_with_balance.loan_id,
        episode_with_balance.default_date,
        episode_with_balance.trigger,
        episode_with_balance.ead,
        episode_with_balance.cure_date,
        episode_with_balance.probation_end_date,
        episode_with_balance.origin,
        episode_with_balance.relapses,
        episode_with_balance.principal_balance,
        sum(loan_event.amount) AS disbursed_amount
    FROM episode_with_balance
    LEFT JOIN loan_event
      ON loan_event.loan_id = episode_with_balance.loan_id
     AND loan_event.event_date <= episode_with_balance.default_date
     AND loan_event.event_type = 'DISBURSEMENT'
    GROUP BY
        episode_with_balance.loan_id,
        episode_with_balance.default_date,
        episode_with_balance.trigger,
        episode_with_balance.ead,
        episode_with_balance.cure_date,
        episode_with_balance.probation_end_date,
        episode_with_balance.origin,
        episode_with_balance.relapses,
        episode_with_balance.principal_balance
)

SELECT
    episode.loan_id,
    episode.default_date,
    episode.trigger,
    CAST(coalesce(
        episode.ead,
        episode.principal_balance,
        episode.disbursed_amount,
        CASE WHEN coalesce(loan.origination_date <= episode.default_date, TRUE) THEN loan.origination_amount END
    ) AS DECIMAL(18,2)) AS ead,
    episode.cure_date,
    episode.probation_end_date,
    episode.origin,
    CAST(episode.relapses AS BIGINT) AS relapses
FROM episode_with_disbursement AS episode
LEFT JOIN loan ON loan.loan_id = episode.loan_id
