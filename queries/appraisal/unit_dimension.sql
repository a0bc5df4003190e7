-- name: unit_dimension
-- title: Scores by dimension | 维度得分
-- kind: base
-- needs: scheme
-- keep: yes
-- source: indicators that are not known give their weight to the others of the dimension
-- edges: One row per officer or branch and dimension of the scheme, also one of which nothing is known: available is 0 then and score empty. available is the sum of the weights of the
--   known indicators, score their weighted mean. Sums are of decimals, so that the order of the rows cannot change the last digit.

WITH known AS (
    SELECT
        level,
        unit_id,
        dimension,
        CAST(sum(CASE WHEN score IS NOT NULL THEN CAST(weight AS DECIMAL(38,15)) ELSE 0 END) AS DOUBLE) AS available,
        CAST(sum(CAST(weight * score AS DECIMAL(38,15))) AS DOUBLE) AS weighted
    FROM unit_score
    GROUP BY level, unit_id, dimension
)

SELECT
    known.level,
    known.unit_id,
    known.dimension,
    scheme_dimension.ordinal,
    scheme_dimension.weight_base,
    scheme_dimension.weight_tilt,
    known.available,
    CASE WHEN known.available > 0 THEN known.weighted / known.available END AS score
FROM known
JOIN scheme_dimension ON scheme_dimension.dimension = known.dimension
