-- name: planned_instalment
-- title: Instalments up to the period end, with the day on which they stop taking cash | 应还分期（含停止日）
-- kind: base
-- params: period_end DATE
-- source: payments skip instalments cancelled on or before their value date; recoveries after a write-off count
-- edges: schedule_version is 0 for loans with a single version, as in cash. cancelled_on is the day of the cancellation, empty while that lies after the
--   period end. stopped_on is the day from which the instalment takes no cash: the same day, but a write-off or a payoff of the loan stops only what
--   was due on that day or later; arrears from before it go on taking the payoff and the recoveries.

SELECT
    instalment.loan_id,
    CASE WHEN schedule_span.loan_id IS NULL THEN 0 ELSE instalment.schedule_version END AS schedule_version,
    instalment.instalment_no,
    instalment.due_date,
    CASE WHEN instalment.cancelled_on <= $period_end THEN instalment.cancelled_on END AS cancelled_on,
    CASE
        WHEN instalment.cancelled_on <= $period_end
            AND NOT (instalment.due_date < instalment.cancelled_on AND coalesce(instalment.cancel_reason, '') IN ('WRITTEN_OFF', 'PAID_OFF'))
            THEN instalment.cancelled_on
    END AS stopped_on,
    instalment.principal_due,
    coalesce(instalment.interest_due, 0) AS interest_due
FROM schedule_span
RIGHT JOIN instalment
  ON instalment.loan_id = schedule_span.loan_id
 AND instalment.schedule_version = schedule_span.schedule_version
WHERE instalment.due_date <= $period_end
