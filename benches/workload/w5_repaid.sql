-- Loans paid off, of those whose alerts the cutoff leaves open.
SELECT DISTINCT loan_id
FROM snapshot
WHERE is_repaid
  AND loan_id IN (SELECT loan_id FROM alert WHERE last_at + CAST(365 AS INT) > DATE '{P1}')
