-- name: redefault_rate
-- title: Cured defaults that came back | 再违约率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- aggregate: share
-- owner: those of the cured default: by days held in the responsibility_window_days before it
-- params: cutoff DATE, redefault_days INT
-- source: EBA/GL/2016/07 (probation)
-- edges: All episodes whose probation ended redefault_days or more before the cutoff, whenever that was; came back are those with a new episode that
--   begins on the day the probation ended (it lies outside the episode) or within redefault_days after it, the last day included. A relapse inside
--   probation is no new episode. A loan sold while in default was not cured and is in neither part; a cured loan that was repaid, written off or sold
--   without a new default did not come back.

WITH episode AS (
    -- Episodes of one loan never overlap.
    SELECT
        loan_id,
        default_date,
        probation_end_date,
        CASE
            WHEN lead(loan_id) OVER (ORDER BY loan_id, default_date) = loan_id
                THEN lead(default_date) OVER (ORDER BY loan_id, default_date)
        END AS next_default_date
    FROM default_episode
),

cured AS (
    SELECT
        episode.loan_id,
        episode.default_date,
        coalesce(episode.next_default_date <= episode.probation_end_date + CAST($redefault_days AS INT), FALSE) AS is_back
    FROM episode
    LEFT JOIN loan ON loan.loan_id = episode.loan_id
    WHERE episode.probation_end_date <= $cutoff - CAST($redefault_days AS INT)
      AND NOT coalesce(loan.end_type = 'SOLD' AND loan.ended_on < episode.probation_end_date, FALSE)
)

SELECT
    default_owner.officer_id,
    cured.loan_id,
    default_owner.customer_id,
    concat(cured.loan_id, '/', CAST(cured.default_date AS VARCHAR)) AS key,
    CASE
        WHEN cured.is_back THEN CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12)) AS denominator,
    default_owner.rule_code
FROM cured
JOIN default_owner
  ON default_owner.loan_id = cured.loan_id
 AND default_owner.default_date = cured.default_date
