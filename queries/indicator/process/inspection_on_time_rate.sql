-- name: inspection_on_time_rate
-- title: Inspections on time | 贷后检查按时完成率
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the due date by share, without those who have held the loan for less than inspection_grace_days
-- needs: inspection.completed_at
-- params: period_start DATE, period_end DATE, inspection_grace_days INT
-- source: KPI 贷后检查按时完成率; 银行贷后管理绩效考核 内部流程
-- edges: Inspections due in the period on loans that are alive on the due date. Done on the due date is on time, done later is not, not done is not, also on
--   the last day of the period. Cancelled on or before the due date, due before origination, or due after the loan ended (the last day included): out. Tenure
--   on the due date below the grace (strictly) takes out that officer's share alone, unless the officer is the loan's first holder or the loan itself is
--   younger than the grace. What nobody holds has no grace.

SELECT
    owner.officer_id,
    inspection.loan_id,
    inspection.customer_id,
    inspection.inspection_id AS key,
    CASE WHEN CAST(inspection.completed_at AS DATE) <= inspection.due_date THEN CAST(owner.share AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(owner.share AS DECIMAL(38,12)) AS denominator
FROM inspection
JOIN loan ON loan.loan_id = inspection.loan_id
JOIN owner
  ON owner.loan_id = inspection.loan_id
 AND owner.valid_from <= inspection.due_date
 AND owner.valid_to > inspection.due_date
WHERE inspection.due_date BETWEEN $period_start AND $period_end
  AND (inspection.cancelled_on IS NULL OR inspection.cancelled_on > inspection.due_date)
  AND (loan.origination_date IS NULL OR loan.origination_date <= inspection.due_date)
  AND (loan.ended_on IS NULL OR loan.ended_on > inspection.due_date)
  AND (owner.officer_id = 'UNASSIGNED'
       OR owner.is_first_holder
       OR inspection.due_date - owner.run_start >= $inspection_grace_days
       OR inspection.due_date - loan.origination_date < $inspection_grace_days)
