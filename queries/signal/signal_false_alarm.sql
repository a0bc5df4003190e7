-- name: signal_false_alarm
-- title: False alarms and who else raised them | 误报及同时误报的信号
-- kind: base
-- keep: yes
-- params: validity_days INT
-- source: alert_by_kind
-- edges: One row per signal, false alarm (FP) and signal that warned of the same subject too: a session of the other, whatever became of it, lies within validity_days of this one, that many
--   days included. The alarm itself comes as other_id = signal_id, so that each has at least one row.

WITH alarm AS (
    SELECT code AS signal_id, subject_id, alert_id, start_date, last_date, outcome
    FROM alert_by_kind
    WHERE split = 'signal'
      AND alert_no IS NOT NULL
)

SELECT DISTINCT
    alarm.signal_id,
    alarm.subject_id,
    alarm.start_date,
    other.signal_id AS other_id
FROM alarm
JOIN alarm AS other ON other.subject_id = alarm.subject_id
WHERE alarm.outcome = 'FP'
  AND other.start_date <= alarm.last_date + CAST($validity_days AS INT)
  AND other.last_date >= alarm.start_date - CAST($validity_days AS INT)
