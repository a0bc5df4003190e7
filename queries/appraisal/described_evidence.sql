-- name: described_evidence
-- title: Evidence with branch and segments | 指标明细（附机构与分组）
-- kind: base
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: Rows without a numerator and a denominator are left out. The branch is that of the officer, for UNASSIGNED that of the loan, UNASSIGNED where there is
--   none. Segments are those of the loan and its customer; evidence without a loan takes those of its customer, and what has none stands in UNKNOWN.

SELECT
    evidence.indicator_id,
    coalesce(evidence.officer_id, 'UNASSIGNED') AS officer_id,
    CASE
        WHEN coalesce(evidence.officer_id, 'UNASSIGNED') = 'UNASSIGNED' THEN coalesce(loan.branch_id, 'UNASSIGNED')
        ELSE coalesce(officer.branch_id, 'UNASSIGNED')
    END AS branch_id,
    coalesce(loan.industry_code, customer.industry_code, 'UNKNOWN') AS industry,
    coalesce(loan.product_code, 'UNKNOWN') AS product,
    coalesce(customer.size_band, 'UNKNOWN') AS size_band,
    coalesce(customer.region, 'UNKNOWN') AS region,
    coalesce(customer.customer_type, 'UNKNOWN') AS customer_type,
    evidence.numerator,
    evidence.denominator,
    evidence.key,
    evidence.rule_code
FROM evidence
LEFT JOIN loan ON loan.loan_id = evidence.loan_id
LEFT JOIN customer ON customer.customer_id = coalesce(evidence.customer_id, loan.customer_id)
LEFT JOIN officer ON officer.officer_id = evidence.officer_id
WHERE evidence.numerator <> 0
   OR evidence.denominator <> 0
