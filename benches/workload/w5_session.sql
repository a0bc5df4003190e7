-- Each warning with the number of its alert: more than 90 days after the one before begin a new one.
WITH stepped AS (
    SELECT
        sig,
        loan_id,
        warning_id,
        issued_at,
        lag(issued_at) OVER (PARTITION BY sig, loan_id ORDER BY issued_at, warning_id) AS previous_at
    FROM eligible
)

SELECT
    sig,
    loan_id,
    issued_at,
    sum(CASE WHEN previous_at IS NULL OR issued_at - previous_at > 90 THEN 1 ELSE 0 END)
        OVER (PARTITION BY sig, loan_id ORDER BY issued_at, warning_id) AS alert_no
FROM stepped
