-- Warnings outside an episode, under ALL and under their own type, with the number of their alert: more than 90 days
-- after the one before begin a new one.
WITH eligible AS (
    SELECT warning.loan_id, warning.issued_at, warning.signal_type
    FROM warning
    WHERE NOT EXISTS (
        SELECT 1
        FROM episode
        WHERE episode.loan_id = warning.loan_id
          AND episode.default_date <= warning.issued_at
          AND episode.end_date >= warning.issued_at
    )
),

filed AS (
    SELECT coalesce(kind.sig, eligible.signal_type) AS sig, eligible.loan_id, eligible.issued_at
    FROM eligible
    CROSS JOIN (VALUES ('ALL'), (CAST(NULL AS VARCHAR))) AS kind (sig)
),

stepped AS (
    SELECT
        sig,
        loan_id,
        issued_at,
        lag(sig) OVER history AS previous_sig,
        lag(loan_id) OVER history AS previous_loan,
        lag(issued_at) OVER history AS previous_at
    FROM filed
    WINDOW history AS (ORDER BY loan_id, sig, issued_at)
)

SELECT
    sig,
    loan_id,
    issued_at,
    sum(CASE WHEN previous_sig = sig AND previous_loan = loan_id AND issued_at - previous_at <= 90 THEN 0 ELSE 1 END)
        OVER (ORDER BY loan_id, sig, issued_at ROWS UNBOUNDED PRECEDING) AS alert_no
FROM stepped
