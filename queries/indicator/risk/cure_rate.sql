-- name: cure_rate
-- title: Defaults cured | 违约上调率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: by days held in the responsibility_window_days before the default
-- params: cutoff DATE, cure_horizon_days INT, probation_days INT
-- source: EBA/GL/2016/07 (probation)
-- edges: All episodes that began cure_horizon_days or more before the cutoff, whenever that was; cured are those whose probation ended within
--   cure_horizon_days of the default, the last day included. An episode inside the horizon is out, even when it is cured already. Written off or paid
--   off out of default is not cured. A loan that was sold while in default, however late, is censored: it stands in the evidence with rule
--   SOLD_IN_DEFAULT and counts in neither part; sold on the day the probation ended or later it was cured. A relapse inside probation is the same
--   episode. Where the bank delivers no default records and the project has no probation_days, no default can end, so there is no evidence and the
--   value is NULL with NO_EXPOSURE.

WITH mature AS (
    SELECT
        default_episode.loan_id,
        default_episode.default_date,
        coalesce(default_episode.probation_end_date <= default_episode.default_date + CAST($cure_horizon_days AS INT), FALSE) AS is_cured,
        coalesce(
            loan.end_type = 'SOLD' AND loan.ended_on < coalesce(default_episode.probation_end_date, DATE '9999-12-31'),
            FALSE
        ) AS is_censored
    FROM default_episode
    LEFT JOIN loan ON loan.loan_id = default_episode.loan_id
    WHERE default_episode.default_date <= $cutoff - CAST($cure_horizon_days AS INT)
      AND ((SELECT count(*) FROM default_record) > 0 OR CAST($probation_days AS INT) IS NOT NULL)
)

SELECT
    default_owner.officer_id,
    mature.loan_id,
    default_owner.customer_id,
    concat(mature.loan_id, '/', CAST(mature.default_date AS VARCHAR)) AS key,
    CASE
        WHEN mature.is_cured AND NOT mature.is_censored
            THEN CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    CASE
        WHEN mature.is_censored THEN CAST(0 AS DECIMAL(38,12))
        ELSE CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12))
    END AS denominator,
    CASE WHEN mature.is_censored THEN 'SOLD_IN_DEFAULT' ELSE default_owner.rule_code END AS rule_code
FROM mature
JOIN default_owner
  ON default_owner.loan_id = mature.loan_id
 AND default_owner.default_date = mature.default_date
