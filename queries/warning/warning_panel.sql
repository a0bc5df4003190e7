-- name: warning_panel
-- title: Month-ends in and out of warning | 预警面板（月末）
-- kind: warning
-- grain: subject_id, month_end
-- needs: warning
-- params: panel_rows TEXT
-- source: landmark panel of all warnings of the bank together
-- edges: One row per subject at risk and month-end (panel_label). flag is 1 with a warning of the last validity_days (panel_flag). cell: TP and FN where a default follows in time, FP and TN where none does, else the label. With
--   panel_rows = eventful only rows that are flagged, labelled 1 or dropped as late are published, for banks whose panel would be too long to look at; the measures use all. loan_id is
--   empty where an obligor is judged, customer_id for a loan without a customer.

SELECT
    panel_label.subject_id,
    warned_subject.loan_id,
    warned_subject.customer_id,
    panel_label.month_end,
    CASE WHEN panel_flag.subject_id IS NULL THEN 0 ELSE 1 END AS flag,
    CASE
        WHEN panel_label.label = '1' THEN CASE WHEN panel_flag.subject_id IS NULL THEN 'FN' ELSE 'TP' END
        WHEN panel_label.label = '0' THEN CASE WHEN panel_flag.subject_id IS NULL THEN 'TN' ELSE 'FP' END
        ELSE panel_label.label
    END AS cell,
    panel_flag.score
FROM panel_label
JOIN warned_subject ON warned_subject.subject_id = panel_label.subject_id
LEFT JOIN panel_flag
  ON panel_flag.split = 'all'
 AND panel_flag.subject_id = panel_label.subject_id
 AND panel_flag.month_end = panel_label.month_end
WHERE $panel_rows = 'all'
   OR panel_flag.subject_id IS NOT NULL
   OR panel_label.label IN ('1', 'DROP_LATE')
