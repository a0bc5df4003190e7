-- name: default_owner
-- title: Officers answerable for a default | 违约责任归属（责任窗口）
-- kind: base
-- keep: yes
-- params: responsibility_window_days INT
-- source: a hand-over just before a default does not move the blame: responsibility by days held
-- edges: Every episode of default_episode with the officers of the responsibility_window_days before the day of default, that day not included; the window
--   begins no earlier than the origination. Without a day in it the officers on the day of default answer. An officer's part is share_days / window_days; the
--   parts of an episode add up to 1. The rule counts the days held, whatever the share.

WITH bounded AS (
    SELECT
        default_episode.loan_id,
        loan.customer_id,
        default_episode.default_date,
        default_episode.ead,
        greatest(default_episode.default_date - CAST($responsibility_window_days AS INT), loan.origination_date) AS first_day
    FROM default_episode
    JOIN loan ON loan.loan_id = default_episode.loan_id
),

spanned AS (
    SELECT
        loan_id,
        customer_id,
        default_date,
        ead,
        least(first_day, default_date) AS window_start,
        CASE WHEN first_day < default_date THEN default_date ELSE default_date + CAST(1 AS INT) END AS window_end
    FROM bounded
),

held AS (
    SELECT
        spanned.loan_id,
        spanned.customer_id,
        spanned.default_date,
        spanned.ead,
        owner.officer_id,
        spanned.window_end - spanned.window_start AS window_days,
        sum(least(owner.valid_to, spanned.window_end) - greatest(owner.valid_from, spanned.window_start)) AS days_held,
        sum(owner.share * (least(owner.valid_to, spanned.window_end) - greatest(owner.valid_from, spanned.window_start))) AS share_days
    FROM spanned
    JOIN owner
      ON owner.loan_id = spanned.loan_id
     AND owner.valid_from < spanned.window_end
     AND owner.valid_to > spanned.window_start
    GROUP BY
        spanned.loan_id,
        spanned.customer_id,
        spanned.default_date,
        spanned.ead,
        owner.officer_id,
        spanned.window_start,
        spanned.window_end
)

SELECT
    loan_id,
    customer_id,
    default_date,
    ead,
    officer_id,
    CAST(share_days AS DECIMAL(20,6)) AS share_days,
    CAST(window_days AS INT) AS window_days,
    concat('RESPONSIBILITY_DAYS ', CAST(days_held AS VARCHAR)) AS rule_code
FROM held
