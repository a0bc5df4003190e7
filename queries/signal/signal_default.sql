-- name: signal_default
-- title: Defaults and the signals that saw them | 违约事件与预见它的信号
-- kind: base
-- keep: yes
-- source: event_by_kind
-- edges: One row per signal and default that can be judged (DETECTED, LATE, MISSED). is_seen: DETECTED. n_seeing counts the signals that saw the default, this one included; a signal
--   that saw it too late (LATE) did not see it.

SELECT
    code AS signal_id,
    subject_id,
    default_date,
    detection = 'DETECTED' AS is_seen,
    sum(CASE WHEN detection = 'DETECTED' THEN 1 ELSE 0 END) OVER (PARTITION BY subject_id, default_date) AS n_seeing
FROM event_by_kind
WHERE split = 'signal'
  AND detection IN ('DETECTED', 'LATE', 'MISSED')
