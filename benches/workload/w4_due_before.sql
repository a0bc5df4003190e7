SELECT loan_id, sum(principal_due) AS principal_before, sum(interest_due) AS interest_before
FROM instalment
WHERE due_date < DATE '{P0}'
GROUP BY loan_id
