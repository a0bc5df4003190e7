SELECT assignment.officer_id, sum(assignment.share * CAST(loan.origination_amount AS DOUBLE)) AS disbursed
FROM loan
JOIN assignment
  ON assignment.loan_id = loan.loan_id
 AND assignment.valid_from <= loan.origination_date
 AND assignment.valid_to > loan.origination_date
WHERE loan.origination_date BETWEEN DATE '{P0}' AND DATE '{P1}'
GROUP BY assignment.officer_id
