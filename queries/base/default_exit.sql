-- name: default_exit
-- title: Default episodes and how they ended | 违约事件的了结方式
-- kind: base
-- keep: yes
-- grain: loan_id, default_date
-- params: cutoff DATE
-- source: EBA/GL/2016/07 (return to non-defaulted status after probation); EBA/GL/2017/16 (resolved and unresolved workouts)
-- edges: The episodes of default_episode. exit and exit_on come from the last record of default_record inside the episode if it has a resolved_on
--   up to the cutoff, else from the end of the probation (CURED), else from the end of the loan (PAID_OFF is CASH, SOLD is SALE, WRITTEN_OFF is
--   WRITE_OFF, UNKNOWN if the end has no type); both are empty while the episode is open. A CURED episode exits when its probation ends, where that
--   day is known. A record on a customer holds for each of the loans in default. A resolved record without a resolution takes it from the other two,
--   else UNKNOWN.

WITH record AS (
    SELECT subject_id AS loan_id, default_date, resolved_on, resolution
    FROM default_record
    WHERE subject_type = 'LOAN'
    UNION ALL
    SELECT loan.loan_id, default_record.default_date, default_record.resolved_on, default_record.resolution
    FROM default_record
    JOIN loan ON loan.customer_id = default_record.subject_id
    WHERE default_record.subject_type = 'CUSTOMER'
),

last_record AS (
    SELECT
        default_episode.loan_id,
        default_episode.default_date,
        first_value(record.resolved_on ORDER BY record.default_date DESC, record.resolved_on DESC NULLS LAST) AS resolved_on,
        first_value(record.resolution ORDER BY record.default_date DESC, record.resolved_on DESC NULLS LAST) AS resolution
    FROM default_episode
    JOIN record ON record.loan_id = default_episode.loan_id
    WHERE record.default_date >= default_episode.default_date
      AND (default_episode.probation_end_date IS NULL OR record.default_date < default_episode.probation_end_date)
    GROUP BY default_episode.loan_id, default_episode.default_date
),

ended AS (
    SELECT
        default_episode.loan_id,
        default_episode.default_date,
        default_episode.ead,
        default_episode.cure_date,
        default_episode.probation_end_date,
        CASE WHEN last_record.resolved_on <= $cutoff THEN last_record.resolved_on END AS resolved_on,
        CASE WHEN last_record.resolved_on <= $cutoff THEN last_record.resolution END AS resolution,
        CASE WHEN loan.ended_on <= $cutoff THEN greatest(loan.ended_on, default_episode.default_date) END AS ended_on,
        CASE loan.end_type WHEN 'PAID_OFF' THEN 'CASH' WHEN 'SOLD' THEN 'SALE' WHEN 'WRITTEN_OFF' THEN 'WRITE_OFF' ELSE 'UNKNOWN' END AS ended_as
    FROM default_episode
    JOIN loan ON loan.loan_id = default_episode.loan_id
    LEFT JOIN last_record
      ON last_record.loan_id = default_episode.loan_id
     AND last_record.default_date = default_episode.default_date
),

typed AS (
    SELECT
        *,
        CASE
            WHEN resolution IS NOT NULL THEN resolution
            WHEN probation_end_date IS NOT NULL THEN 'CURED'
            WHEN ended_on IS NOT NULL THEN ended_as
            WHEN resolved_on IS NOT NULL THEN 'UNKNOWN'
        END AS exit
    FROM ended
)

SELECT
    loan_id,
    default_date,
    ead,
    cure_date,
    probation_end_date,
    exit,
    CASE
        WHEN exit = 'CURED' THEN coalesce(probation_end_date, resolved_on)
        ELSE coalesce(resolved_on, ended_on)
    END AS exit_on
FROM typed
