-- name: alert_cell
-- title: Alerts under every split | 预警事件与分组
-- kind: base
-- keep: yes
-- params: cutoff DATE, horizon_days INT
-- source: alert_by_kind, alert_owner, alert_segment
-- edges: One row per alert (excluded warnings too) and place it counts in, with its weight there. By all, signal_type, source and signal each kind is judged alone (alert_by_kind), weight 1. The alerts of all
--   warnings together also count by severity (the highest of the session; without one nowhere), by officer (share on the day it began) and by the segments of alert_segment. is_mature: horizon_days
--   after the last warning have passed by the cutoff, whatever became of the alert. days and is_default are for the survival estimate, counted from the last warning: to the default (is_default); to the
--   sale or write-off of a CENSORED alert; to the cutoff of a PENDING one; horizon_days for FP, because a loan that was repaid counts as one that never defaults.

WITH judged AS (
    SELECT
        split,
        code,
        alert_id,
        outcome,
        in_period,
        severity,
        coalesce(horizon_end <= $cutoff, FALSE) AS is_mature,
        CASE
            WHEN outcome IN ('TP', 'LATE') THEN next_default - last_date
            WHEN outcome = 'CENSORED' THEN ended_on - last_date
            WHEN outcome = 'PENDING' THEN $cutoff - last_date
            WHEN outcome = 'FP' THEN CAST($horizon_days AS INT)
        END AS days,
        outcome IN ('TP', 'LATE') AS is_default
    FROM alert_by_kind
),

placed AS (
    SELECT split, code, alert_id, CAST(1 AS DECIMAL(38,12)) AS weight, outcome, in_period, is_mature, days, is_default
    FROM judged
    UNION ALL
    SELECT 'severity' AS split, severity AS code, alert_id, CAST(1 AS DECIMAL(38,12)) AS weight, outcome, in_period, is_mature, days, is_default
    FROM judged
    WHERE split = 'all'
      AND severity IS NOT NULL
    UNION ALL
    SELECT 'officer' AS split, alert_owner.officer_id AS code, judged.alert_id, alert_owner.share AS weight, judged.outcome, judged.in_period, judged.is_mature, judged.days, judged.is_default
    FROM judged
    JOIN alert_owner ON alert_owner.alert_id = judged.alert_id
    WHERE judged.split = 'all'
    UNION ALL
    SELECT alert_segment.split, alert_segment.code, judged.alert_id, alert_segment.weight, judged.outcome, judged.in_period, judged.is_mature, judged.days, judged.is_default
    FROM judged
    JOIN alert_segment ON alert_segment.alert_id = judged.alert_id
    WHERE judged.split = 'all'
)

SELECT split, code, alert_id, weight, outcome, in_period, is_mature, CAST(days AS INT) AS days, is_default
FROM placed
