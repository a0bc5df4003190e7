-- name: panel_flag
-- title: Subjects in warning at month-ends | 月末处于预警中的对象
-- kind: base
-- keep: yes
-- params: validity_days INT
-- source: a warning is valid for a while and flags its subject for that time
-- edges: One row per kind of warning_by_kind, subject and month-end t of the panel with a warning outside default, probation and after the end in (t - validity_days, t]: t - validity_days + 1 is in, t - validity_days
--   is out. A warning before a default still flags after the end of its probation, and one before first_day of warning_scope after it, as long as it is valid. score is the highest of these warnings, NULL where none has one.

SELECT
    judged_by_kind.split,
    judged_by_kind.code,
    panel_span.subject_id,
    panel_span.cluster_no,
    panel_month.month_end,
    panel_span.is_mature,
    panel_span.label,
    max(warning_by_kind.score) AS score
FROM judged_by_kind
JOIN warning_by_kind
  ON warning_by_kind.split = judged_by_kind.split
 AND warning_by_kind.code = judged_by_kind.code
 AND warning_by_kind.warning_id = judged_by_kind.warning_id
JOIN panel_span
  ON panel_span.subject_id = judged_by_kind.subject_id
 AND panel_span.to_day > judged_by_kind.issued_on
 AND panel_span.from_day < judged_by_kind.issued_on + CAST($validity_days AS INT)
JOIN panel_month
  ON panel_month.month_end >= greatest(panel_span.from_day, judged_by_kind.issued_on)
 AND panel_month.month_end < least(panel_span.to_day, judged_by_kind.issued_on + CAST($validity_days AS INT))
WHERE judged_by_kind.exclusion IS NULL
GROUP BY
    judged_by_kind.split,
    judged_by_kind.code,
    panel_span.subject_id,
    panel_span.cluster_no,
    panel_month.month_end,
    panel_span.is_mature,
    panel_span.label
