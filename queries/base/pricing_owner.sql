-- name: pricing_owner
-- title: Officers answerable for the price of a loan | 定价责任归属
-- kind: base
-- keep: yes
-- source: pricing belongs to the role of the originator
-- edges: Officers with the role ORIGINATOR on the day of pricing, by share; what their shares lack to 1 belongs to UNASSIGNED. A loan without an originator that day
--   belongs to the officers who hold it (role MANAGER) that day. Shares above 1 are an audit error; UNASSIGNED then carries the excess as a negative share.

WITH originator AS (
    SELECT priced_loan.loan_id, officer_assignment.officer_id, sum(officer_assignment.share) AS share
    FROM priced_loan
    JOIN officer_assignment
      ON officer_assignment.loan_id = priced_loan.loan_id
     AND officer_assignment.valid_from <= priced_loan.priced_on
    WHERE officer_assignment.role = 'ORIGINATOR'
      AND officer_assignment.officer_id <> 'UNASSIGNED'
      AND (officer_assignment.valid_to IS NULL OR officer_assignment.valid_to > priced_loan.priced_on)
    GROUP BY priced_loan.loan_id, officer_assignment.officer_id
),

with_originator AS (
    SELECT loan_id, sum(share) AS share
    FROM originator
    GROUP BY loan_id
)

SELECT loan_id, officer_id, CAST(share AS DECIMAL(9,6)) AS share
FROM originator
UNION ALL
SELECT loan_id, 'UNASSIGNED' AS officer_id, CAST(1 - share AS DECIMAL(9,6)) AS share
FROM with_originator
WHERE abs(1 - share) > 0.000001
UNION ALL
SELECT owner.loan_id, owner.officer_id, owner.share
FROM priced_loan
JOIN owner
  ON owner.loan_id = priced_loan.loan_id
 AND owner.valid_from <= priced_loan.priced_on
 AND owner.valid_to > priced_loan.priced_on
WHERE NOT EXISTS (SELECT 1 FROM with_originator WHERE with_originator.loan_id = priced_loan.loan_id)
