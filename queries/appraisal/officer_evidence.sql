-- name: officer_evidence
-- title: Evidence behind the indicators | 指标明细（逐笔依据）
-- kind: appraisal
-- grain: indicator_id, officer_id, key, rule_code
-- source: an appeal is answered by listing the rows behind a number (银行业金融机构绩效考评监管指引, annual audit of the appraisal)
-- edges: Contributions with the same indicator, officer, key and rule are added. Rows whose numerator and denominator are both 0 are left out, except
--   those whose rule states why something did not count: INELIGIBLE_SALE, CONCESSION, REPLACED and SOLD_IN_DEFAULT. loan_id and customer_id
--   stand only where all contributions agree on them. Days and loans without an owner belong to UNASSIGNED.

SELECT
    indicator_id,
    coalesce(officer_id, 'UNASSIGNED') AS officer_id,
    CASE WHEN min(loan_id) = max(loan_id) THEN min(loan_id) END AS loan_id,
    CASE WHEN min(customer_id) = max(customer_id) THEN min(customer_id) END AS customer_id,
    key,
    CAST(sum(numerator) AS DECIMAL(38,12)) AS numerator,
    CAST(sum(denominator) AS DECIMAL(38,12)) AS denominator,
    rule_code
FROM evidence
GROUP BY indicator_id, coalesce(officer_id, 'UNASSIGNED'), key, rule_code
HAVING sum(numerator) <> 0
    OR sum(denominator) <> 0
    OR rule_code IN ('INELIGIBLE_SALE', 'CONCESSION', 'REPLACED', 'SOLD_IN_DEFAULT')
