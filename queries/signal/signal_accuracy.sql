-- name: signal_accuracy
-- title: Signals ranked | 信号排名
-- kind: signal
-- grain: signal_id, part
-- source: stub
-- edges: stub

SELECT 'x' AS signal_id, 'all' AS part, 1 AS rank_f2, (SELECT count(*) FROM alert_by_kind WHERE split = 'signal') AS n_alerts FROM signal_overlap WHERE FALSE
