-- name: fund_use_compliance_rate
-- title: Money used as agreed | 资金用途合规率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day of the inspection by share
-- needs: inspection.fund_use_ok
-- params: period_start DATE, period_end DATE
-- source: 流动资金贷款管理办法 (use of funds)
-- edges: Inspections completed in the period that checked the use of funds; one that did not check is out.

SELECT
    owner.officer_id,
    inspection.loan_id,
    inspection.customer_id,
    inspection.inspection_id AS key,
    CASE WHEN inspection.fund_use_ok THEN CAST(owner.share AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(owner.share AS DECIMAL(38,12)) AS denominator
FROM inspection
JOIN owner
  ON owner.loan_id = inspection.loan_id
 AND owner.valid_from <= CAST(inspection.completed_at AS DATE)
 AND owner.valid_to > CAST(inspection.completed_at AS DATE)
WHERE inspection.fund_use_ok IS NOT NULL
  AND CAST(inspection.completed_at AS DATE) BETWEEN $period_start AND $period_end
