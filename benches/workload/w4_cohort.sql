SELECT
    assignment.officer_id,
    sum(assignment.share * CAST(due.principal_due AS DOUBLE)) AS due_p,
    sum(assignment.share * CAST(due.principal_collected AS DOUBLE)) AS coll_p,
    sum(assignment.share * CAST(due.principal_on_time AS DOUBLE)) AS ontime_p,
    sum(assignment.share * CAST(due.interest_due AS DOUBLE)) AS due_i,
    sum(assignment.share * CAST(due.interest_collected AS DOUBLE)) AS coll_i
FROM assignment
JOIN due
  ON due.loan_id = assignment.loan_id
 AND due.due_date >= assignment.valid_from
 AND due.due_date < assignment.valid_to
GROUP BY assignment.officer_id
