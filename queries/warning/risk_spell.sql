-- name: risk_spell
-- title: Spells at risk between defaults | 违约之间的风险区间
-- kind: base
-- keep: yes
-- source: warned_subject, subject_default
-- edges: One row per subject and unbroken time in which it could default: from its origination (0001-01-01 where that is not known) or, if that is later, the end of a default span, that day included, to the earlier of the
--   next default and its end, that day not included (9999-12-31 where none is known). next_default is the default that ends the spell, also one that comes after the end of the subject; empty for the last spell. A spell without a day is left out. An obligor between
--   two loans is at risk.

WITH bounded AS (
    SELECT
        subject_default.subject_id,
        greatest(coalesce(subject_default.previous_end, DATE '0001-01-01'), coalesce(warned_subject.originated_on, DATE '0001-01-01')) AS from_day,
        least(subject_default.default_date, coalesce(warned_subject.ended_on, DATE '9999-12-31')) AS to_day,
        subject_default.default_date AS next_default,
        warned_subject.ended_on,
        warned_subject.end_type
    FROM subject_default
    JOIN warned_subject ON warned_subject.subject_id = subject_default.subject_id
    UNION ALL
    SELECT
        warned_subject.subject_id,
        greatest(coalesce(last_default.episode_end, DATE '0001-01-01'), coalesce(warned_subject.originated_on, DATE '0001-01-01')) AS from_day,
        coalesce(warned_subject.ended_on, DATE '9999-12-31') AS to_day,
        CAST(NULL AS DATE) AS next_default,
        warned_subject.ended_on,
        warned_subject.end_type
    FROM warned_subject
    LEFT JOIN (
        SELECT subject_id, max(episode_end) AS episode_end
        FROM subject_default
        GROUP BY subject_id
    ) AS last_default ON last_default.subject_id = warned_subject.subject_id
)

SELECT subject_id, from_day, to_day, next_default, ended_on, end_type
FROM bounded
WHERE from_day < to_day
