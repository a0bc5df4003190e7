-- Alerts with what became of them. Few loans default, so only their alerts meet an episode.
WITH followed AS (
    SELECT alert.alert_no, min(episode.default_date) AS default_date
    FROM alert
    JOIN episode
      ON episode.loan_id = alert.loan_id
     AND episode.default_date > alert.first_at
    GROUP BY alert.alert_no
),

timed AS (
    SELECT
        followed.alert_no,
        bool_or(followed.default_date - session.issued_at BETWEEN 30 AND 365) AS is_timely,
        bool_or(followed.default_date - session.issued_at BETWEEN 1 AND 29) AS is_late
    FROM followed
    JOIN session ON session.alert_no = followed.alert_no
    GROUP BY followed.alert_no
)

SELECT
    alert.sig,
    alert.loan_id,
    alert.first_at,
    alert.last_at + CAST(365 AS INT) <= DATE '{P1}' AS is_mature,
    CASE
        WHEN timed.is_timely THEN 'TP'
        WHEN timed.is_late THEN 'LATE'
        WHEN alert.last_at + CAST(365 AS INT) <= DATE '{P1}' OR repaid.loan_id IS NOT NULL THEN 'FP'
        ELSE 'PENDING'
    END AS outcome
FROM alert
LEFT JOIN timed ON timed.alert_no = alert.alert_no
LEFT JOIN repaid ON repaid.loan_id = alert.loan_id
