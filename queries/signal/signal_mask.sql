-- name: signal_mask
-- title: Month-ends by the signals that were on | 月末信号组合
-- kind: base
-- keep: yes
-- params: horizon_days INT
-- source: ECB practice of recursive out-of-sample evaluation: a rule is chosen on what was known then and judged on what came after
-- edges: Rows of panel_label with label 1 or 0, counted by part and by the set of signals that flagged them (a bit per signal, in the order of their names; at most 60 signals, later ones have none). fit_until is that of signal_scope. part fit: month-ends whose horizon_days had passed by fit_until, so that all of their labels were known on it. part judge: month-ends after fit_until whose horizon_days
--   have passed by the cutoff; of later ones the defaults would be known and the others not. Month-ends between the two are in neither part.

WITH signal AS (
    SELECT signal_id, row_number() OVER (ORDER BY signal_id) - 1 AS place
    FROM signal_candidate
),

raised AS (
    SELECT panel_flag.subject_id, panel_flag.month_end, sum(CAST(1 AS BIGINT) << signal.place) AS mask
    FROM panel_flag
    JOIN signal ON signal.signal_id = panel_flag.code
    WHERE panel_flag.split = 'signal'
      AND signal.place < 60
      AND panel_flag.label IN ('0', '1')
    GROUP BY panel_flag.subject_id, panel_flag.month_end
),

parted AS (
    SELECT
        signal_scope.fit_until,
        CASE
            WHEN panel_label.month_end + CAST($horizon_days AS INT) <= signal_scope.fit_until THEN 'fit'
            WHEN panel_label.month_end > signal_scope.fit_until AND panel_label.is_mature THEN 'judge'
        END AS part,
        panel_label.subject_id,
        panel_label.month_end,
        panel_label.label
    FROM panel_label
    CROSS JOIN signal_scope
    WHERE panel_label.label IN ('0', '1')
)

SELECT
    parted.part,
    parted.fit_until,
    coalesce(raised.mask, 0) AS mask,
    count(*) FILTER (WHERE parted.label = '1') AS n_positive,
    count(*) FILTER (WHERE parted.label = '0') AS n_negative
FROM parted
LEFT JOIN raised
  ON raised.subject_id = parted.subject_id
 AND raised.month_end = parted.month_end
WHERE parted.part IS NOT NULL
GROUP BY parted.part, parted.fit_until, coalesce(raised.mask, 0)
