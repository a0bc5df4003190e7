-- name: operating_cost
-- title: Operating cost of the period by officer and branch | 期间营业费用（按客户经理、机构）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: table cost_allocation
-- edges: One row per subject with a cost of the period. The row with the name of the period counts; a subject without one has the sum of its rows of the
--   longest shorter periods that lie inside, so three months make a quarter, and months that are missing cost nothing. A longer period is not split. Other
--   spellings than 2025-03, 2025Q1 and 2025 are passed over.

WITH spelled AS (
    SELECT
        subject_type,
        subject_id,
        opex,
        upper(trim(period)) AS period,
        CASE
            WHEN regexp_like(trim(period), '^[0-9]{4}-[0-9]{2}$') THEN 1
            WHEN regexp_like(upper(trim(period)), '^[0-9]{4}Q[1-4]$') THEN 3
            WHEN regexp_like(trim(period), '^[0-9]{4}$') THEN 12
        END AS months
    FROM cost_allocation
),

numbered AS (
    -- Months are counted from the year 0.
    SELECT
        subject_type,
        subject_id,
        opex,
        period,
        months,
        12 * CAST(substr(period, 1, 4) AS INT)
            + CASE months
                WHEN 1 THEN CAST(substr(period, 6, 2) AS INT) - 1
                WHEN 3 THEN 3 * (CAST(substr(period, 6, 1) AS INT) - 1)
                ELSE 0
            END AS first_month
    FROM spelled
    WHERE months IS NOT NULL
),

inside AS (
    SELECT
        numbered.subject_type,
        numbered.subject_id,
        numbered.opex,
        CASE WHEN numbered.period = period_name.period THEN 99 ELSE numbered.months END AS months
    FROM numbered
    CROSS JOIN period_name
    WHERE numbered.period = period_name.period
       OR (
           numbered.first_month >= 12 * date_part('year', $period_start) + date_part('month', $period_start) - 1
           AND numbered.first_month + numbered.months - 1 <= 12 * date_part('year', $period_end) + date_part('month', $period_end) - 1
       )
),

longest AS (
    SELECT subject_type, subject_id, max(months) AS months
    FROM inside
    GROUP BY subject_type, subject_id
)

SELECT
    inside.subject_type,
    inside.subject_id,
    CAST(sum(inside.opex) AS DECIMAL(18,2)) AS opex
FROM longest
JOIN inside
  ON inside.subject_type = longest.subject_type
 AND inside.subject_id = longest.subject_id
 AND inside.months = longest.months
GROUP BY inside.subject_type, inside.subject_id
