SELECT alert_no, sig, loan_id, min(issued_at) AS first_at, max(issued_at) AS last_at
FROM session
GROUP BY alert_no, sig, loan_id
