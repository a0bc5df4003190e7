-- name: overdue_item
-- title: Arrears that could be collected in the period | 期内可清收逾期（逐笔）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: opening arrears plus newly missed amounts
-- edges: Instalments due before the last day of the period that had not been received in full by the later of due date and opening; out if cancelled by then.
--   pool is what was missing; an instalment cancelled later stays with what it lacked, and takes no cash from stopped_on on.

SELECT
    loan_id,
    schedule_version,
    instalment_no,
    component,
    due_date,
    cancelled_on,
    stopped_on,
    owed_amount,
    before_amount,
    received_reference,
    CAST(due_amount - received_reference AS DECIMAL(18,2)) AS pool
FROM instalment_state
WHERE due_date < $period_end
  AND due_amount > received_reference
  AND (cancelled_on IS NULL OR cancelled_on > greatest(due_date, $period_start - CAST(1 AS INT)))
