-- name: major_violation_count
-- title: Major compliance violations, number | 重大违规次数
-- kind: indicator
-- dimension: PROCESS
-- better: lower
-- unit: count
-- aggregate: sum
-- owner: the officer the finding concerns
-- needs: compliance_finding.status, compliance_finding.severity
-- params: period_start DATE, period_end DATE
-- source: 银行业金融机构绩效考评监管指引, compliance
-- edges: Breaches of severity MAJOR that occurred in the period and are CONFIRMED, each once; meant for a gate.

SELECT
    officer_id,
    finding_id AS key,
    CAST(1 AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'MAJOR' AS rule_code
FROM compliance_finding
WHERE status = 'CONFIRMED'
  AND severity = 'MAJOR'
  AND occurred_on BETWEEN $period_start AND $period_end
