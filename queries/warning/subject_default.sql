-- name: subject_default
-- title: Default episodes of the subjects of warnings | 预警对象违约事件
-- kind: base
-- keep: yes
-- params: level TEXT
-- source: EBA/GL/2016/07: default and probation as one span, a relapse extends it
-- edges: For loans the rows of default_episode. For obligors the episodes of their loans, those that overlap taken as one: from the first default date to the last end, an
--   empty end is open (9999-12-31). A default on the day on which the span before ended begins a new one. loan_id is the loan that defaulted first, the
--   smaller id on a tie; ead is the sum over the loans' episodes; relapses counts the later default days inside the span. previous_end is the
--   end of the span before, empty for the first.

WITH loan_default AS (
    SELECT
        CASE WHEN $level = 'loan' THEN default_episode.loan_id ELSE coalesce(loan.customer_id, loan.loan_id) END AS subject_id,
        default_episode.loan_id,
        default_episode.default_date,
        coalesce(default_episode.probation_end_date, DATE '9999-12-31') AS episode_end,
        default_episode.ead,
        default_episode.relapses
    FROM default_episode
    JOIN loan ON loan.loan_id = default_episode.loan_id
),

with_past AS (
    SELECT
        subject_id,
        loan_id,
        default_date,
        episode_end,
        ead,
        relapses,
        max(episode_end) OVER (
            PARTITION BY subject_id ORDER BY default_date, loan_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS end_so_far,
        lag(default_date) OVER (PARTITION BY subject_id ORDER BY default_date, loan_id) AS previous_default
    FROM loan_default
),

numbered AS (
    SELECT
        subject_id,
        loan_id,
        default_date,
        episode_end,
        ead,
        relapses,
        sum(CASE WHEN default_date < end_so_far OR default_date = previous_default THEN 0 ELSE 1 END) OVER (
            PARTITION BY subject_id ORDER BY default_date, loan_id ROWS UNBOUNDED PRECEDING
        ) AS episode_no
    FROM with_past
),

merged AS (
    SELECT
        subject_id,
        episode_no,
        first_value(loan_id ORDER BY default_date, loan_id) AS loan_id,
        min(default_date) AS default_date,
        max(episode_end) AS episode_end,
        sum(ead) AS ead,
        sum(relapses) + count(DISTINCT default_date) - 1 AS relapses
    FROM numbered
    GROUP BY subject_id, episode_no
)

SELECT
    subject_id,
    loan_id,
    default_date,
    episode_end,
    lag(episode_end) OVER (PARTITION BY subject_id ORDER BY default_date) AS previous_end,
    CAST(ead AS DECIMAL(38,2)) AS ead,
    CAST(relapses AS BIGINT) AS relapses
FROM merged
