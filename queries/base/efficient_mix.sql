-- name: efficient_mix
-- title: Risk and return of the best mixes | 有效组合的风险与收益
-- kind: base
-- keep: yes
-- grain: dimension, step
-- source: parametric linear programming: the corners of the efficient frontier
-- edges: One row per step of greedy_mix: the risk and the return of its mix. Two steps may be the same mix.

SELECT
    dimension,
    step,
    CAST(sum(CAST(share * risk_rate AS DECIMAL(38,18))) AS DOUBLE) AS risk,
    CAST(sum(CAST(share * return_rate AS DECIMAL(38,18))) AS DOUBLE) AS return_rate
FROM greedy_mix
GROUP BY dimension, step
