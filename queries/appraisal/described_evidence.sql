-- name: described_evidence
-- title: Evidence with branch and segments | 指标明细（附机构与分组）
-- kind: base
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: Rows without a numerator and a denominator are left out; branch and segments as in evidence_holder.

SELECT
    evidence.indicator_id,
    evidence_holder.officer_id,
    evidence_holder.branch_id,
    evidence_holder.industry,
    evidence_holder.product,
    evidence_holder.size_band,
    evidence_holder.region,
    evidence_holder.customer_type,
    evidence.numerator,
    evidence.denominator,
    evidence.key,
    evidence.rule_code
FROM evidence
JOIN evidence_holder
  ON evidence_holder.loan_id = coalesce(evidence.loan_id, '')
 AND evidence_holder.officer_id = coalesce(evidence.officer_id, 'UNASSIGNED')
 AND evidence_holder.customer_id = coalesce(evidence.customer_id, '')
WHERE evidence.numerator <> 0
   OR evidence.denominator <> 0
