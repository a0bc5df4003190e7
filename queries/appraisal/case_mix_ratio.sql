-- name: case_mix_ratio
-- title: Observed and expected bad loans | 实际与预期不良贷款数
-- kind: base
-- needs: scheme
-- keep: yes
-- source: observed over expected; expected from the rate of the cell without the officer's own loans (leave-one-out)
-- edges: One row per indicator with case_mix and officer with loans in it, UNASSIGNED included. The rate of a cell is bad loans over loans of all others in it; with fewer loans of others than case_mix.min_loans the cell is
--   joined to its parent (key_4 to key_3 …), the last of which is everything. Without any loan of others nothing is expected. expected is the sum of loans x rate over the officer's cells.

WITH leveled AS (
    SELECT indicator_id, officer_id, key_4 AS finest, 4 AS depth, key_4 AS key, n_loans, n_bad FROM case_mix_part
    UNION ALL
    SELECT indicator_id, officer_id, key_4 AS finest, 3 AS depth, key_3 AS key, n_loans, n_bad FROM case_mix_part
    UNION ALL
    SELECT indicator_id, officer_id, key_4 AS finest, 2 AS depth, key_2 AS key, n_loans, n_bad FROM case_mix_part
    UNION ALL
    SELECT indicator_id, officer_id, key_4 AS finest, 1 AS depth, key_1 AS key, n_loans, n_bad FROM case_mix_part
    UNION ALL
    SELECT indicator_id, officer_id, key_4 AS finest, 0 AS depth, key_0 AS key, n_loans, n_bad FROM case_mix_part
),

cell AS (
    SELECT indicator_id, depth, key, sum(n_loans) AS n_loans, sum(n_bad) AS n_bad
    FROM leveled
    GROUP BY indicator_id, depth, key
),

own AS (
    SELECT indicator_id, officer_id, depth, key, sum(n_loans) AS n_loans, sum(n_bad) AS n_bad
    FROM leveled
    GROUP BY indicator_id, officer_id, depth, key
),

others AS (
    SELECT
        own.indicator_id,
        own.officer_id,
        own.depth,
        own.key,
        -- What is left of rounded parts of a loan is no loan.
        CAST(cell.n_loans - own.n_loans AS DECIMAL(38,9)) AS n_loans,
        CAST(cell.n_bad - own.n_bad AS DECIMAL(38,9)) AS n_bad
    FROM own
    JOIN cell
      ON cell.indicator_id = own.indicator_id
     AND cell.depth = own.depth
     AND cell.key = own.key
),

chosen AS (
    SELECT
        leveled.indicator_id,
        leveled.officer_id,
        leveled.finest,
        leveled.n_loans,
        leveled.n_bad,
        leveled.depth,
        others.n_loans AS n_others,
        others.n_bad AS n_bad_others,
        row_number() OVER (
            PARTITION BY leveled.indicator_id, leveled.officer_id, leveled.finest
            ORDER BY CASE WHEN others.n_loans >= scheme.case_mix_min_loans THEN leveled.depth ELSE 0 END DESC, leveled.depth
        ) AS place
    FROM leveled
    CROSS JOIN scheme
    JOIN others
      ON others.indicator_id = leveled.indicator_id
     AND others.officer_id = leveled.officer_id
     AND others.depth = leveled.depth
     AND others.key = leveled.key
)

SELECT
    indicator_id,
    officer_id,
    CAST(sum(n_loans) AS DOUBLE) AS n_loans,
    CAST(sum(n_bad) AS DOUBLE) AS observed,
    CAST(sum(
        CASE
            WHEN n_others > 0 THEN CAST(CAST(n_loans AS DOUBLE) * CAST(n_bad_others AS DOUBLE) / CAST(n_others AS DOUBLE) AS DECIMAL(38,12))
            ELSE CAST(0 AS DECIMAL(38,12))
        END
    ) AS DOUBLE) AS expected
FROM chosen
WHERE place = 1
GROUP BY indicator_id, officer_id
