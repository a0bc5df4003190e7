-- name: panel_hit
-- title: Subjects in warning at month-ends, by every split | 处于预警中的对象（按口径）
-- kind: base
-- keep: yes
-- source: panel_flag, panel_segment
-- edges: The rows of panel_flag, and those of all warnings together once more under each segment and officer that the subject has on the month-end.

SELECT split, code, cluster_no, is_mature, label, score
FROM panel_flag
UNION ALL
SELECT
    panel_segment.split,
    panel_segment.code,
    panel_flag.cluster_no,
    panel_flag.is_mature,
    panel_flag.label,
    panel_flag.score
FROM panel_flag
JOIN panel_segment
  ON panel_segment.subject_id = panel_flag.subject_id
 AND panel_segment.from_day <= panel_flag.month_end
 AND panel_segment.to_day > panel_flag.month_end
WHERE panel_flag.split = 'all'
