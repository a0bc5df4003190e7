-- name: panel_label
-- title: Subjects at risk at month-ends and what followed | 月末风险对象与后果
-- kind: base
-- keep: yes
-- params: cutoff DATE, lead_days INT, horizon_days INT
-- source: landmark panel; negatives are needed for specificity, base rate and lift
-- edges: One row per subject and month-end t of panel_month at which it is at risk: originated on or before t, not ended on or before t, not in default or probation on t. label is 1 when the next default d lies lead_days
--   to horizon_days after t, both included; DROP_LATE when it comes sooner; else DROP_CENSORED when the subject was sold, or written off without a default on record, within horizon_days after t; 0 when it was paid off within them or horizon_days
--   after t have passed by the cutoff; else DROP_CENSORED.

SELECT
    risk_spell.subject_id,
    panel_month.month_end,
    panel_month.is_mature,
    CASE
        WHEN risk_spell.next_default < panel_month.month_end + CAST($lead_days AS INT) THEN 'DROP_LATE'
        WHEN risk_spell.next_default <= panel_month.month_end + CAST($horizon_days AS INT) THEN '1'
        WHEN risk_spell.ended_on <= panel_month.month_end + CAST($horizon_days AS INT)
            THEN CASE WHEN risk_spell.end_type = 'PAID_OFF' THEN '0' ELSE 'DROP_CENSORED' END
        WHEN panel_month.month_end + CAST($horizon_days AS INT) <= $cutoff THEN '0'
        ELSE 'DROP_CENSORED'
    END AS label
FROM risk_spell
JOIN panel_month
  ON panel_month.month_end >= risk_spell.from_day
 AND panel_month.month_end < risk_spell.to_day
