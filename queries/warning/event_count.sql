-- name: event_count
-- title: Defaults by detection | 违约事件预警结果计数
-- kind: base
-- keep: yes
-- source: event-level recall: every default counted once
-- edges: Sums of weights by detection per split and code, and of the exposure at default by weight. A default without a known exposure counts in numbers and not in amounts; n_without_ead tells how many
--   of those that are judged. A code with alerts and no default has a row of zeros, but for severity.

WITH known_code AS (
    SELECT split, code FROM event_cell
    UNION
    SELECT split, code FROM alert_cell WHERE split <> 'severity'
    UNION
    SELECT split, code FROM warning_kind
),

valued AS (
    SELECT
        split,
        code,
        detection,
        weight,
        ead IS NOT NULL AS has_ead,
        CAST(weight * CAST(ead AS DECIMAL(20,2)) AS DECIMAL(38,12)) AS amount,
        detection IN ('DETECTED', 'LATE', 'MISSED') AS is_judged
    FROM event_cell
)

SELECT
    known_code.split,
    known_code.code,
    coalesce(sum(valued.weight) FILTER (WHERE valued.detection = 'DETECTED'), 0) AS n_detected,
    coalesce(sum(valued.weight) FILTER (WHERE valued.detection = 'LATE'), 0) AS n_late,
    coalesce(sum(valued.weight) FILTER (WHERE valued.detection = 'MISSED'), 0) AS n_missed,
    coalesce(sum(valued.weight) FILTER (WHERE valued.detection = 'LEFT_TRUNCATED'), 0) AS n_left_truncated,
    coalesce(sum(valued.weight) FILTER (WHERE valued.detection = 'TOO_NEW'), 0) AS n_too_new,
    coalesce(sum(valued.weight) FILTER (WHERE valued.is_judged AND NOT valued.has_ead), 0) AS n_without_ead,
    coalesce(sum(valued.amount) FILTER (WHERE valued.detection = 'DETECTED'), 0) AS ead_detected,
    coalesce(sum(valued.amount) FILTER (WHERE valued.is_judged), 0) AS ead_judged
FROM known_code
LEFT JOIN valued ON valued.split = known_code.split AND valued.code = known_code.code
GROUP BY known_code.split, known_code.code
