WITH rolled AS (
    SELECT from_state, to_state, CAST(sum(n) AS BIGINT) AS n, sum(amount) AS amount
    FROM pair
    GROUP BY from_state, to_state
)

SELECT
    from_state,
    to_state,
    n,
    amount,
    CAST(n AS DOUBLE) / CAST(sum(n) OVER (PARTITION BY from_state) AS DOUBLE) AS p_count,
    CAST(amount AS DOUBLE) / CAST(sum(amount) OVER (PARTITION BY from_state) AS DOUBLE) AS p_amount
FROM rolled
