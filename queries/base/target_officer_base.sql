-- name: target_officer_base
-- title: What officers bring to the decomposition of targets | 客户经理的分解基数
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: base = opening exposure x planned days, times the case-mix factor
-- edges: One row per indicator that is decomposed and officer who is in service on a day of the period or has a target of their own; others have no part
--   in a target. planned_days are the days in service, first and last day included, of the whole month, quarter or year that the targets are set for, also
--   after a cutoff inside it; an unknown day of hiring or leaving does not limit them. Officers without a branch stand in branch UNASSIGNED; UNASSIGNED
--   itself is no officer. base is, for an AMOUNT, exposure times planned days times the case-mix factor, to eight digits, for a RATE the exposure times the factor, each
--   segment of an officer with its own factor. history is the numerator of the latest earlier period, 0 where that is negative or the officer has
--   none, empty for rates and where there is no such period.

WITH decomposed AS (
    SELECT DISTINCT indicator_id, method
    FROM target_given
    WHERE method IS NOT NULL
),

planned AS (
    -- The last day of the month, quarter or year that the targets are named after.
    SELECT
        greatest(
            $period_end,
            CAST(CASE months
                WHEN 1 THEN date_trunc('month', $period_start) + INTERVAL '1 month'
                WHEN 3 THEN date_trunc('quarter', $period_start) + INTERVAL '3 months'
                ELSE date_trunc('year', $period_start) + INTERVAL '12 months'
            END AS DATE) - CAST(1 AS INT)
        ) AS last_day
    FROM period_name
),

service AS (
    SELECT
        officer.officer_id,
        coalesce(officer.branch_id, 'UNASSIGNED') AS branch_id,
        greatest(
            0,
            least(coalesce(officer.left_on, planned.last_day), planned.last_day)
                - greatest(coalesce(officer.hired_on, $period_start), $period_start) + 1
        ) AS planned_days
    FROM officer
    CROSS JOIN planned
),

held AS (
    -- Where no factor is known the exposure stays as it is, to the last digit.
    SELECT
        decomposed.indicator_id,
        target_holding.officer_id,
        CAST(sum(target_holding.exposure) AS DECIMAL(38,12)) AS exposure,
        CAST(sum(CASE
            WHEN target_case_mix.factor IS NULL THEN target_holding.exposure
            ELSE CAST(CAST(target_holding.exposure AS DOUBLE) * target_case_mix.factor AS DECIMAL(38,12))
        END) AS DECIMAL(38,12)) AS mixed_exposure
    FROM decomposed
    CROSS JOIN target_holding
    LEFT JOIN target_case_mix
      ON target_case_mix.indicator_id = decomposed.indicator_id
     AND target_case_mix.code = target_holding.code
    GROUP BY decomposed.indicator_id, target_holding.officer_id
),

latest AS (
    SELECT indicator_id, max(period_start) AS period_start
    FROM earlier.officer_indicator
    GROUP BY indicator_id
),

past AS (
    SELECT officer_indicator.indicator_id, officer_indicator.officer_id, officer_indicator.numerator
    FROM earlier.officer_indicator AS officer_indicator
    JOIN latest
      ON latest.indicator_id = officer_indicator.indicator_id
     AND latest.period_start = officer_indicator.period_start
    WHERE officer_indicator.numerator > 0
)

SELECT
    decomposed.indicator_id,
    decomposed.method,
    service.branch_id,
    service.officer_id,
    target_given.target_value AS given_value,
    service.planned_days,
    coalesce(held.exposure, CAST(0 AS DECIMAL(38,12))) AS exposure,
    coalesce(held.mixed_exposure, CAST(0 AS DECIMAL(38,12))) AS mixed_exposure,
    CAST(CASE decomposed.method
        WHEN 'AMOUNT' THEN CAST(coalesce(held.mixed_exposure, 0) * service.planned_days AS DECIMAL(38,8))
        ELSE coalesce(held.mixed_exposure, 0)
    END AS DECIMAL(38,12)) AS base,
    CASE
        WHEN decomposed.method = 'AMOUNT' AND latest.indicator_id IS NOT NULL THEN coalesce(past.numerator, CAST(0 AS DECIMAL(38,12)))
    END AS history
FROM decomposed
CROSS JOIN service
LEFT JOIN target_given
  ON target_given.org_level = 'OFFICER'
 AND target_given.indicator_id = decomposed.indicator_id
 AND target_given.org_id = service.officer_id
LEFT JOIN held
  ON held.indicator_id = decomposed.indicator_id
 AND held.officer_id = service.officer_id
LEFT JOIN latest ON latest.indicator_id = decomposed.indicator_id
LEFT JOIN past
  ON past.indicator_id = decomposed.indicator_id
 AND past.officer_id = service.officer_id
WHERE service.planned_days > 0
   OR target_given.target_value IS NOT NULL
