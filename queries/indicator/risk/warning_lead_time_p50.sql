-- name: warning_lead_time_p50
-- title: Median lead time of warnings | 预警提前期（中位数）
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: days
-- aggregate: median
-- owner: every officer who held the loan in the responsibility_window_days before the default, whatever the share
-- empty: NO_MATURE_ALERT
-- needs: warning
-- params: period_start DATE, period_end DATE
-- source: lead time = default less the first warning of the window
-- edges: Defaults of the period that were DETECTED; the value is the median of their lead days, of an even number the mean of the middle two. numerator is the sum of days and
--   denominator their number, for reference; they are not divided. A default that two officers answer for counts once for each of them and once in the bank.

SELECT
    default_owner.officer_id,
    warning_event.loan_id,
    warning_event.customer_id,
    concat(warning_event.loan_id, '/', CAST(warning_event.default_date AS VARCHAR)) AS key,
    CAST(warning_event.lead_days AS DECIMAL(38,12)) AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator
FROM warning_event
JOIN default_owner
  ON default_owner.loan_id = warning_event.loan_id
 AND default_owner.default_date = warning_event.default_date
WHERE warning_event.default_date BETWEEN $period_start AND $period_end
  AND warning_event.detection = 'DETECTED'
