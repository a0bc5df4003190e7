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

WITH flagged AS (
    SELECT subject_id, month_end, label, score
    FROM panel_flag
    WHERE split = 'all'
),

-- Flagged rows stand first in the join, so that it holds them and not the panel.
observed AS (
    SELECT subject_id, month_end, label, 1 AS flag, score
    FROM flagged
    UNION ALL
    SELECT panel_label.subject_id, panel_label.month_end, panel_label.label, 0 AS flag, CAST(NULL AS DOUBLE) AS score
    FROM flagged
    RIGHT JOIN panel_label
      ON panel_label.subject_id = flagged.subject_id
     AND panel_label.month_end = flagged.month_end
    WHERE flagged.subject_id IS NULL
      AND ($panel_rows = 'all' OR panel_label.label IN ('1', 'DROP_LATE'))
)

SELECT
    observed.subject_id,
    warned_subject.loan_id,
    warned_subject.customer_id,
    observed.month_end,
    observed.flag,
    CASE
        WHEN observed.label = '1' THEN CASE WHEN observed.flag = 1 THEN 'TP' ELSE 'FN' END
        WHEN observed.label = '0' THEN CASE WHEN observed.flag = 1 THEN 'FP' ELSE 'TN' END
        ELSE observed.label
    END AS cell,
    observed.score
FROM warned_subject
JOIN observed ON observed.subject_id = warned_subject.subject_id
