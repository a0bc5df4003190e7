SELECT assignment.officer_id, sum(assignment.share * CAST(payment.interest_paid AS DOUBLE)) AS interest_cash
FROM assignment
JOIN payment
  ON payment.loan_id = assignment.loan_id
 AND payment.value_date >= assignment.valid_from
 AND payment.value_date < assignment.valid_to
WHERE payment.value_date BETWEEN DATE '{P0}' AND DATE '{P1}'
GROUP BY assignment.officer_id
