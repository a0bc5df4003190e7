-- name: warning_false_alarm_burden
-- title: False alarms per hundred loan-years | 误报负担
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: alerts per 100 loan-years
-- owner: false alarms: officers on the day the alert began; loan-years: officers of every day by share
-- needs: warning
-- params: period_start DATE, period_end DATE
-- source: burden of false alarms per time at risk
-- edges: 36500 times the false alarms (FP) whose outcome lies in the period over the days at risk of the period, days times share. A loan is at risk from its origination to its
--   end, both days included, but for the days of default and probation. FP_MITIGATED is no false alarm here.

WITH held AS (
    SELECT
        owner.loan_id,
        loan.customer_id,
        owner.officer_id,
        owner.share,
        greatest(owner.valid_from, coalesce(loan.origination_date, owner.valid_from), $period_start) AS from_day,
        least(
            owner.valid_to,
            coalesce(loan.ended_on + CAST(1 AS INT), owner.valid_to),
            $period_end + CAST(1 AS INT)
        ) AS to_day
    FROM loan
    JOIN owner ON owner.loan_id = loan.loan_id
    WHERE owner.valid_from <= $period_end
      AND owner.valid_to > $period_start
),

in_default AS (
    SELECT
        held.loan_id,
        held.officer_id,
        held.from_day,
        sum(
            greatest(
                0,
                least(held.to_day, coalesce(default_episode.probation_end_date, held.to_day))
                    - greatest(held.from_day, default_episode.default_date)
            )
        ) AS days
    FROM held
    JOIN default_episode ON default_episode.loan_id = held.loan_id
    WHERE held.from_day < held.to_day
    GROUP BY held.loan_id, held.officer_id, held.from_day
)

SELECT
    alert_owner.officer_id,
    alert.loan_id,
    alert.customer_id,
    alert.alert_id AS key,
    CAST(36500 * alert_owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'FALSE_ALARM' AS rule_code
FROM alert
JOIN alert_owner ON alert_owner.alert_id = alert.alert_id
WHERE alert.in_period
  AND alert.outcome = 'FP'
UNION ALL
SELECT
    held.officer_id,
    held.loan_id,
    held.customer_id,
    held.loan_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(held.share * (held.to_day - held.from_day - coalesce(in_default.days, 0)) AS DECIMAL(38,12)) AS denominator,
    'DAYS_AT_RISK' AS rule_code
FROM held
LEFT JOIN in_default
  ON in_default.loan_id = held.loan_id
 AND in_default.officer_id = held.officer_id
 AND in_default.from_day = held.from_day
WHERE held.from_day < held.to_day
