SELECT
    loan_id,
    sum(CASE WHEN value_date < DATE '{P0}' THEN principal_paid ELSE 0 END) AS principal_opening,
    sum(principal_paid) AS principal_closing,
    sum(interest_paid) AS interest_closing
FROM payment
WHERE value_date <= DATE '{P1}'
GROUP BY loan_id
