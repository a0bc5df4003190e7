-- name: panel_label
-- title: Subjects at risk at month-ends and what followed | 月末风险对象与后果
-- kind: base
-- source: panel_span
-- edges: One row per subject and month-end of panel_month at which it is at risk, with the label of panel_span. As long as the book is wide and the history deep: counts are taken from panel_span, without these rows.

SELECT panel_span.subject_id, panel_month.month_end, panel_span.is_mature, panel_span.label
FROM panel_span
JOIN panel_month
  ON panel_month.month_end >= panel_span.from_day
 AND panel_month.month_end < panel_span.to_day
