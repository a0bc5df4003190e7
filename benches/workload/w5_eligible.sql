-- Warnings outside an episode, under ALL and under their own type.
WITH eligible AS (
    SELECT warning.loan_id, warning.warning_id, warning.issued_at, warning.signal_type
    FROM warning
    WHERE NOT EXISTS (
        SELECT 1
        FROM episode
        WHERE episode.loan_id = warning.loan_id
          AND episode.default_date <= warning.issued_at
          AND episode.end_date >= warning.issued_at
    )
)

SELECT 'ALL' AS sig, loan_id, warning_id, issued_at FROM eligible
UNION ALL
SELECT signal_type AS sig, loan_id, warning_id, issued_at FROM eligible
