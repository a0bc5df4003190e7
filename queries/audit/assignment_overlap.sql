-- name: assignment_overlap
-- title: Assignments of one officer do not overlap | 同一客户经理的管户区间不重叠
-- kind: audit
-- severity: error
-- source: catalogue section 6 (officer_assignment: no overlap per loan, role and officer)
-- edges: Spans are half-open, so that a span which begins on the day on which another ends does not overlap it. Each row that begins inside an
--   earlier one gives a row here.

WITH ordered AS (
    SELECT
        loan_id,
        role,
        officer_id,
        valid_from,
        max(coalesce(valid_to, DATE '9999-12-31')) OVER (
            PARTITION BY loan_id, role, officer_id ORDER BY valid_from, valid_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS held_until
    FROM officer_assignment
    WHERE valid_to IS NULL
       OR valid_to > valid_from
)

SELECT
    concat(loan_id, '/', role, '/', officer_id, '/', CAST(valid_from AS TEXT)) AS key,
    concat('Officer ', officer_id, ' is given loan ', loan_id, ' in role ', role, ' from ', CAST(valid_from AS TEXT),
        ' while an earlier assignment still runs ',
        CASE WHEN held_until = DATE '9999-12-31' THEN 'without an end' ELSE concat('to ', CAST(held_until AS TEXT)) END, '.') AS detail
FROM ordered
WHERE valid_from < held_until
