-- name: warning_recall
-- title: Warning recall | 预警覆盖率（命中率）
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: by days held in the responsibility_window_days before the default
-- needs: warning
-- params: period_start DATE, period_end DATE
-- source: event-level recall: DETECTED / (DETECTED + LATE + MISSED)
-- edges: Defaults of warning_event that began in the period, each once; LEFT_TRUNCATED and TOO_NEW are in neither part. The rule is the detection.

SELECT
    default_owner.officer_id,
    warning_event.loan_id,
    warning_event.customer_id,
    concat(warning_event.loan_id, '/', CAST(warning_event.default_date AS VARCHAR)) AS key,
    CASE
        WHEN warning_event.detection = 'DETECTED'
            THEN CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12)) AS denominator,
    warning_event.detection AS rule_code
FROM warning_event
JOIN default_owner
  ON default_owner.loan_id = warning_event.loan_id
 AND default_owner.default_date = warning_event.default_date
WHERE warning_event.default_date BETWEEN $period_start AND $period_end
  AND warning_event.detection IN ('DETECTED', 'LATE', 'MISSED')
