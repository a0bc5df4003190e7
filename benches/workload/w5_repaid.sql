-- Warned loans that were paid off.
SELECT DISTINCT loan_snapshot.loan_id
FROM loan_snapshot
JOIN (SELECT DISTINCT loan_id FROM warning) AS warned ON warned.loan_id = loan_snapshot.loan_id
WHERE loan_snapshot.status = 'PAID_OFF'
