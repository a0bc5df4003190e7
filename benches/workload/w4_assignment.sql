SELECT loan_id, officer_id, CAST(share AS DOUBLE) AS share, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to
FROM officer_assignment
WHERE role = 'MANAGER'
