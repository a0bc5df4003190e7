-- name: inspection_overdue
-- title: Inspection not done in time | 贷后检查逾期未完成
-- kind: signal
-- needs: loan, inspection.completed_at
-- source: KPI 贷后检查按时完成率; 商业银行授信工作尽职指引 (银监发〔2004〕51号), duties after lending
-- edges: Fires once per inspection that at the close of the day late_days after its due_date was neither completed nor cancelled; done on that day it does not fire,
--   done a day later it does, for what was recorded later was not known then. issued_at is that day, or the day from which the bank had the inspection and its loan
--   where that is later: completion and cancellation are then looked at on that day. Inspections due before origination are out, and those of a loan whose delivered
--   ended_on lies on or before issued_at. Several of a loan on one day are one row. There is no score.

WITH setting AS (
    SELECT 10 AS late_days
),

due AS (
    SELECT
        coalesce(inspection.customer_id, loan.customer_id) AS customer_id,
        inspection.loan_id,
        inspection.due_date,
        greatest(
            inspection.due_date + CAST(setting.late_days AS INT),
            CAST(inspection.known_at AS DATE),
            loan.origination_date,
            CAST(loan.known_at AS DATE)
        ) AS issued_at,
        CAST(inspection.completed_at AS DATE) AS completed_on,
        inspection.cancelled_on,
        loan.origination_date,
        loan.ended_on
    FROM input.loan
    JOIN input.inspection ON inspection.loan_id = loan.loan_id
    CROSS JOIN setting
)

SELECT
    customer_id,
    loan_id,
    issued_at,
    'YELLOW' AS severity,
    CAST(NULL AS DOUBLE) AS score
FROM due
WHERE (completed_on IS NULL OR completed_on > issued_at)
  AND (cancelled_on IS NULL OR cancelled_on > issued_at)
  AND origination_date <= due_date
  AND (ended_on IS NULL OR ended_on > issued_at)
GROUP BY customer_id, loan_id, issued_at
