-- name: warning_precision
-- title: Warning precision | 风险预警准确率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day the alert began by share
-- empty: NO_MATURE_ALERT
-- needs: warning
-- source: 风险预警准确率 = TP / (TP + LATE + FP); precision of alerts whose outcome became known in the period
-- edges: Alerts whose outcome_date lies in the period. TP counts, LATE and FP count only in the denominator; FP_MITIGATED, CENSORED, PENDING and excluded
--   warnings are in neither part. Accuracy, (TP + TN) / all, is not used: a system that never warns would score 98 %. Without an alert NULL with NO_MATURE_ALERT.

SELECT
    alert_owner.officer_id,
    alert.loan_id,
    alert.customer_id,
    alert.alert_id AS key,
    CASE WHEN alert.outcome = 'TP' THEN alert_owner.share ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    alert_owner.share AS denominator,
    alert.outcome AS rule_code
FROM alert
JOIN alert_owner ON alert_owner.alert_id = alert.alert_id
WHERE alert.in_period
  AND alert.outcome IN ('TP', 'LATE', 'FP')
