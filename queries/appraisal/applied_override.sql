-- name: applied_override
-- title: Values set by hand that hold | 生效的人工调整
-- kind: base
-- source: overrides are rows with a maker and a checker; facts are never edited
-- edges: Overrides of the period that is computed; of several for one officer and indicator the one decided last, the larger id on a tie. An override without a reason, a maker or a checker, or whose maker is the checker, was
--   refused with the row.

WITH ranked AS (
    SELECT
        decided.override_id,
        decided.officer_id,
        decided.indicator_id,
        decided.new_value,
        row_number() OVER (
            PARTITION BY decided.officer_id, decided.indicator_id
            ORDER BY decided.decided_at DESC, decided.override_id DESC
        ) AS place
    FROM "override" AS decided
    JOIN period_name ON period_name.period = decided.period
)

SELECT override_id, officer_id, indicator_id, CAST(new_value AS DOUBLE) AS new_value
FROM ranked
WHERE place = 1
