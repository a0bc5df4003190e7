-- name: warning_kind
-- title: Kinds of warning that are judged | 参与评价的预警类别
-- kind: base
-- source: warning_by_kind, signal_candidate
-- edges: Every split and code of warning_by_kind, all warnings together (all, ALL) also where there is none, and every signal of a backtest also if it never fired: its recall is 0 then, not unknown.

SELECT DISTINCT split, code FROM warning_by_kind
UNION
SELECT 'all' AS split, 'ALL' AS code
UNION
SELECT 'signal' AS split, signal_id AS code FROM signal_candidate
