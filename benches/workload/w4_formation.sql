-- Defaults of the quarter, by the days of each owner in the 180 days before.
WITH answerable AS (
    SELECT
        episode.loan_id,
        episode.default_date,
        CAST(episode.ead AS DOUBLE) AS ead,
        greatest(episode.default_date - CAST(180 AS INT), loan.origination_date) AS window_start
    FROM episode
    JOIN loan ON loan.loan_id = episode.loan_id
    WHERE episode.default_date BETWEEN DATE '{P0}' AND DATE '{P1}'
)

SELECT
    assignment.officer_id,
    sum(
        answerable.ead * assignment.share
        * greatest(0, least(assignment.valid_to, answerable.default_date) - greatest(assignment.valid_from, answerable.window_start))
        / (answerable.default_date - answerable.window_start)
    ) AS form_num
FROM answerable
JOIN assignment ON assignment.loan_id = answerable.loan_id
GROUP BY assignment.officer_id
