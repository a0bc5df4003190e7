-- name: targets_add_up
-- title: Decomposed targets add up to that of the level above | 分解目标与上级目标一致
-- kind: audit
-- severity: error
-- alongside: target_decomposition
-- needs: target
-- source: targets that add up: sum of amounts, mean of rates by exposure
-- edges: Parents of which any child's target is decomposed. Amounts: the children together are the parent's to the last digit. Rates: the sum of exposure times target
--   differs from the exposure of all children times the parent's by at most 0.005, or by half a unit of the twelfth digit of a rate where the exposure is above
--   ten thousand million; not compared where no child with an exposure is decomposed, because nobody can make up for the given ones then.

WITH compared AS (
    SELECT
        org_id,
        indicator_id,
        method,
        target_value,
        n_sharing,
        n_sharing_exposed,
        amount,
        exposure,
        weighted_rate,
        CASE
            WHEN method = 'RATE'
                THEN CAST(CAST(exposure AS DECIMAL(26,8)) * CAST(target_value AS DECIMAL(24,12)) AS DECIMAL(38,12))
        END AS parent_rate
    FROM target_family
)

SELECT
    concat(org_id, '/', indicator_id) AS key,
    CASE method
        WHEN 'AMOUNT' THEN concat(
            'The targets below ', org_id, ' for ', indicator_id, ' add up to ', CAST(amount AS VARCHAR), ' instead of ', CAST(target_value AS VARCHAR), '.'
        )
        ELSE concat(
            'The targets below ', org_id, ' for ', indicator_id, ' weighed by exposure make ', CAST(weighted_rate AS VARCHAR),
            ' instead of ', CAST(parent_rate AS VARCHAR), '.'
        )
    END AS detail
FROM compared
WHERE (method = 'AMOUNT' AND n_sharing > 0 AND amount <> target_value)
   OR (method = 'RATE' AND n_sharing_exposed > 0
       AND abs(CAST(weighted_rate - parent_rate AS DOUBLE)) > greatest(CAST(0.005 AS DOUBLE), CAST(exposure AS DOUBLE) / 2000000000000))
