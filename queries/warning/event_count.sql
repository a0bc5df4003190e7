-- name: event_count
-- title: Defaults by detection | 违约事件预警结果计数
-- kind: base
-- keep: yes
-- source: event-level recall: every default counted once
-- edges: Sums of weights by detection per split and code, and of the exposure at default by weight. A default without a known exposure counts in numbers and not in amounts.

SELECT
    split,
    code,
    coalesce(sum(weight) FILTER (WHERE detection = 'DETECTED'), 0) AS n_detected,
    coalesce(sum(weight) FILTER (WHERE detection = 'LATE'), 0) AS n_late,
    coalesce(sum(weight) FILTER (WHERE detection = 'MISSED'), 0) AS n_missed,
    coalesce(sum(weight) FILTER (WHERE detection = 'LEFT_TRUNCATED'), 0) AS n_left_truncated,
    coalesce(sum(weight) FILTER (WHERE detection = 'TOO_NEW'), 0) AS n_too_new,
    coalesce(sum(CAST(weight * CAST(ead AS DECIMAL(20,2)) AS DECIMAL(38,12))) FILTER (WHERE detection = 'DETECTED'), 0) AS ead_detected,
    coalesce(sum(CAST(weight * CAST(ead AS DECIMAL(20,2)) AS DECIMAL(38,12))) FILTER (WHERE detection IN ('DETECTED', 'LATE', 'MISSED')), 0) AS ead_judged
FROM event_cell
GROUP BY split, code
