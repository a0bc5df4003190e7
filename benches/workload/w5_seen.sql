-- Episodes that a warning preceded, by kind of warning: the days from the first one in time, else whether one came late.
WITH preceded AS (
    SELECT
        session.sig,
        placed.episode_no,
        placed.loan_id,
        placed.default_date,
        placed.ead,
        min(CASE WHEN session.issued_at BETWEEN placed.window_start AND placed.window_end THEN session.issued_at END) AS first_timely,
        bool_or(session.issued_at > placed.window_end) AS is_late
    FROM placed
    JOIN session
      ON session.loan_id = placed.loan_id
     AND session.issued_at < placed.default_date
    WHERE placed.excluded IS NULL
    GROUP BY session.sig, placed.episode_no, placed.loan_id, placed.default_date, placed.ead
)

SELECT
    sig,
    episode_no,
    ead,
    CASE WHEN first_timely IS NOT NULL THEN 'DETECTED' ELSE 'LATE' END AS detection,
    CAST(default_date - first_timely AS DOUBLE) AS lead_days
FROM preceded
WHERE first_timely IS NOT NULL OR is_late
