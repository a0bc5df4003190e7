-- name: officer_exposure
-- title: Days of the period on which an officer holds a live loan | 客户经理在岗天数（持有存续贷款）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: an officer with fewer than min_exposure_days in the period is not rated
-- edges: Days of the period, both ends included, on which the officer holds a share of at least one live loan; a day with several loans counts once. A loan is
--   live from its origination to its end, both days included; one without an origination date always was. An officer without such a day has no row.

WITH held AS (
    SELECT
        owner.officer_id,
        greatest(owner.valid_from, coalesce(loan.origination_date, owner.valid_from), $period_start) AS first_day,
        least(
            owner.valid_to - CAST(1 AS INT),
            coalesce(loan.ended_on, owner.valid_to),
            $period_end
        ) AS last_day
    FROM loan
    JOIN owner ON owner.loan_id = loan.loan_id
    WHERE owner.valid_from <= $period_end
      AND owner.valid_to > $period_start
),

span AS (
    SELECT DISTINCT officer_id, first_day, last_day
    FROM held
    WHERE first_day <= last_day
),

with_past AS (
    SELECT
        officer_id,
        first_day,
        last_day,
        max(last_day) OVER (
            PARTITION BY officer_id ORDER BY first_day, last_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_to
    FROM span
)

SELECT
    officer_id,
    CAST(sum(greatest(0, last_day - greatest(first_day, coalesce(covered_to + CAST(1 AS INT), first_day)) + 1)) AS INT) AS exposure_days
FROM with_past
GROUP BY officer_id
