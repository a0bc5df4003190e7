-- Alerts with what became of them.
WITH alert AS (
    SELECT sig, loan_id, alert_no, min(issued_at) AS first_at, max(issued_at) AS last_at
    FROM session
    GROUP BY sig, loan_id, alert_no
),

followed AS (
    SELECT alert.sig, alert.loan_id, alert.alert_no, alert.first_at, alert.last_at, min(episode.default_date) AS default_date
    FROM alert
    LEFT JOIN episode ON episode.loan_id = alert.loan_id AND episode.default_date > alert.first_at
    GROUP BY alert.sig, alert.loan_id, alert.alert_no, alert.first_at, alert.last_at
),

timed AS (
    SELECT
        followed.sig,
        followed.loan_id,
        followed.first_at,
        followed.last_at,
        bool_or(followed.default_date - session.issued_at BETWEEN 30 AND 365) AS is_timely,
        bool_or(followed.default_date - session.issued_at BETWEEN 1 AND 29) AS is_late
    FROM followed
    JOIN session
      ON session.sig = followed.sig
     AND session.loan_id = followed.loan_id
     AND session.alert_no = followed.alert_no
    GROUP BY followed.sig, followed.loan_id, followed.alert_no, followed.first_at, followed.last_at
)

SELECT
    timed.sig,
    timed.loan_id,
    timed.first_at,
    timed.last_at + CAST(365 AS INT) <= DATE '{P1}' AS is_mature,
    CASE
        WHEN coalesce(timed.is_timely, FALSE) THEN 'TP'
        WHEN coalesce(timed.is_late, FALSE) THEN 'LATE'
        WHEN timed.last_at + CAST(365 AS INT) <= DATE '{P1}' OR repaid.loan_id IS NOT NULL THEN 'FP'
        ELSE 'PENDING'
    END AS outcome
FROM timed
LEFT JOIN repaid ON repaid.loan_id = timed.loan_id
