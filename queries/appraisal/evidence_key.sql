-- name: evidence_key
-- title: Evidence added up by key and holder | 指标明细（按键值与管户人汇总）
-- kind: base
-- keep: yes
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: One row per indicator, key, officer, loan and customer, whatever the rules; rows without a numerator and a denominator are left out. Days and loans
--   without an owner belong to UNASSIGNED; loan_id and customer_id are empty texts where the evidence names none.

SELECT
    indicator_id,
    key,
    coalesce(officer_id, 'UNASSIGNED') AS officer_id,
    coalesce(loan_id, '') AS loan_id,
    coalesce(customer_id, '') AS customer_id,
    CAST(sum(numerator) AS DECIMAL(38,12)) AS numerator,
    CAST(sum(denominator) AS DECIMAL(38,12)) AS denominator
FROM evidence
WHERE numerator <> 0
   OR denominator <> 0
GROUP BY indicator_id, key, coalesce(officer_id, 'UNASSIGNED'), coalesce(loan_id, ''), coalesce(customer_id, '')
