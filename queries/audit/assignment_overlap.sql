-- name: assignment_overlap
-- title: Assignments of one officer do not overlap | 同一客户经理的管户区间不重叠
-- kind: audit
-- severity: error
-- source: one officer holds one role on a loan once
-- edges: Spans are half-open, so that a span which begins on the day on which another ends does not overlap it. Each row that begins before the row before it has ended gives a row
--   here, so that there is one whenever any two rows overlap.

WITH ordered AS (
    -- An earlier row reaches into a later one exactly if some row reaches into its immediate successor.
    SELECT
        loan_id,
        role,
        officer_id,
        valid_from,
        coalesce(valid_to, DATE '9999-12-31') AS valid_to,
        lag(loan_id) OVER (ORDER BY loan_id, role, officer_id, valid_from, valid_to) AS previous_loan,
        lag(role) OVER (ORDER BY loan_id, role, officer_id, valid_from, valid_to) AS previous_role,
        lag(officer_id) OVER (ORDER BY loan_id, role, officer_id, valid_from, valid_to) AS previous_officer,
        lag(coalesce(valid_to, DATE '9999-12-31')) OVER (ORDER BY loan_id, role, officer_id, valid_from, valid_to) AS held_until
    FROM officer_assignment
    WHERE valid_to IS NULL
       OR valid_to > valid_from
)

SELECT
    concat(loan_id, '/', role, '/', officer_id, '/', CAST(valid_from AS TEXT)) AS key,
    concat('Officer ', officer_id, ' is given loan ', loan_id, ' in role ', role, ' from ', CAST(valid_from AS TEXT),
        ' while the assignment before it still runs ',
        CASE WHEN held_until = DATE '9999-12-31' THEN 'without an end' ELSE concat('to ', CAST(held_until AS TEXT)) END, '.') AS detail
FROM ordered
WHERE previous_loan = loan_id
  AND previous_role = role
  AND previous_officer = officer_id
  AND valid_from < held_until
