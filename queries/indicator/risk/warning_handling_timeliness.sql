-- name: warning_handling_timeliness
-- title: Warnings handled in time | 预警处置及时率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day the alert began by share
-- empty: NO_MATURE_ALERT
-- needs: warning.severity, warning_action
-- params: period_start DATE, period_end DATE, handling_days_red INT, handling_days_orange INT, handling_days_yellow INT
-- source: EBA/GL/2020/06 8.5 (early warning indicators, watch list, escalation); ECB NPL Guidance (2017) 3.6
-- edges: Alerts whose time for handling ended in the period. The time is business days (Monday to Friday) after the day the alert began, by the highest severity of
--   the session, its last day in time; an alert without a severity has the time of YELLOW. Handled is an action on any of its warnings, other than NONE, with evidence; one
--   without evidence is not. An alert whose subject was paid off in time is handled. Time that ends after the period: out.

WITH member_action AS (
    SELECT judged_warning.alert_no, min(CAST(warning_action.action_at AS DATE)) AS first_action_on
    FROM warning_action
    JOIN judged_warning ON judged_warning.warning_id = warning_action.warning_id
    WHERE warning_action.action_type <> 'NONE'
      AND warning_action.evidence_ref IS NOT NULL
      AND judged_warning.alert_no IS NOT NULL
    GROUP BY judged_warning.alert_no
),

timed AS (
    SELECT
        alert.alert_no,
        alert.alert_id,
        alert.loan_id,
        alert.customer_id,
        business_day_after(
            alert.start_date,
            CAST(CASE alert.severity
                WHEN 'RED' THEN $handling_days_red
                WHEN 'ORANGE' THEN $handling_days_orange
                ELSE $handling_days_yellow
            END AS INT)
        ) AS limit_on
    FROM alert
    WHERE alert.alert_no IS NOT NULL
)

SELECT
    alert_owner.officer_id,
    timed.loan_id,
    timed.customer_id,
    timed.alert_id AS key,
    CASE
        WHEN member_action.first_action_on <= timed.limit_on OR loan.ended_on <= timed.limit_on THEN alert_owner.share
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    alert_owner.share AS denominator
FROM timed
JOIN alert_owner ON alert_owner.alert_id = timed.alert_id
LEFT JOIN member_action ON member_action.alert_no = timed.alert_no
LEFT JOIN loan ON loan.loan_id = timed.loan_id
WHERE timed.limit_on BETWEEN $period_start AND $period_end
