-- name: signal_rule
-- title: Rules that combine signals | 信号组合规则
-- kind: base
-- keep: yes
-- source: rules that a reader can check: any of some signals, all of two, or a number of all
-- edges: One row per rule and signal in it: each signal alone, ANY and ALL of two, ANY of three different signals, and AT_LEAST 2 and 3 of all where there are more. least is how many of the rule's signals must be on, place the bit of
--   the signal in signal_mask. Signals beyond the 24th in the order of their names stand in no rule of two or three.

WITH signal AS (
    SELECT signal_id, row_number() OVER (ORDER BY signal_id) - 1 AS place, count(*) OVER () AS n
    FROM signal_candidate
),

few AS (
    SELECT signal_id, place FROM signal WHERE place < 24
),

pair AS (
    SELECT a.place AS first_place, b.place AS second_place, concat(a.signal_id, ', ', b.signal_id) AS names
    FROM few AS a
    JOIN few AS b ON b.place > a.place
),

triple AS (
    SELECT pair.first_place, pair.second_place, c.place AS third_place, concat(pair.names, ', ', c.signal_id) AS names
    FROM pair
    JOIN few AS c ON c.place > pair.second_place
)

SELECT signal_id AS rule, place, 1 AS least, 1 AS n_signals FROM signal WHERE place < 60
UNION ALL
SELECT concat('ANY(', names, ')') AS rule, first_place AS place, 1 AS least, 2 AS n_signals FROM pair
UNION ALL
SELECT concat('ANY(', names, ')') AS rule, second_place AS place, 1 AS least, 2 AS n_signals FROM pair
UNION ALL
SELECT concat('ALL(', names, ')') AS rule, first_place AS place, 2 AS least, 2 AS n_signals FROM pair
UNION ALL
SELECT concat('ALL(', names, ')') AS rule, second_place AS place, 2 AS least, 2 AS n_signals FROM pair
UNION ALL
SELECT concat('ANY(', names, ')') AS rule, first_place AS place, 1 AS least, 3 AS n_signals FROM triple
UNION ALL
SELECT concat('ANY(', names, ')') AS rule, second_place AS place, 1 AS least, 3 AS n_signals FROM triple
UNION ALL
SELECT concat('ANY(', names, ')') AS rule, third_place AS place, 1 AS least, 3 AS n_signals FROM triple
UNION ALL
SELECT concat('AT_LEAST ', CAST(needed.value AS VARCHAR), ' OF ALL') AS rule, signal.place, CAST(needed.value AS BIGINT) AS least, signal.n AS n_signals
FROM signal
CROSS JOIN generate_series(2, 3) AS needed
WHERE signal.n > needed.value
  AND signal.place < 60
