-- name: due
-- title: Instalments up to the period end, amounts as they are owed after cancellation | 应还分期（含取消后金额）
-- kind: base
-- source: payments skip instalments cancelled on or before their value date; recoveries after a write-off count
-- edges: The instalments of planned_instalment with what they owe: all that was due or, from stopped_on on, what they had received by the day before.

SELECT
    planned_instalment.loan_id,
    planned_instalment.schedule_version,
    planned_instalment.instalment_no,
    planned_instalment.due_date,
    planned_instalment.cancelled_on,
    planned_instalment.stopped_on,
    planned_instalment.principal_due,
    planned_instalment.interest_due,
    CAST(coalesce(stopped_instalment.principal_owed, planned_instalment.principal_due) AS DECIMAL(18,2)) AS principal_owed,
    CAST(coalesce(stopped_instalment.interest_owed, planned_instalment.interest_due) AS DECIMAL(18,2)) AS interest_owed
FROM stopped_instalment
RIGHT JOIN planned_instalment
  ON planned_instalment.loan_id = stopped_instalment.loan_id
 AND planned_instalment.schedule_version = stopped_instalment.schedule_version
 AND planned_instalment.instalment_no = stopped_instalment.instalment_no
