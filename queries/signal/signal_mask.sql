-- name: signal_mask
-- title: Month-ends by the signals that were on | 月末信号组合
-- kind: base
-- keep: yes
-- params: horizon_days INT
-- source: ECB practice of recursive out-of-sample evaluation: a rule is chosen on what was known then and judged on what came after
-- edges: Subjects and month-ends labelled 1 or 0, counted by part and by the set of signals that flagged them (a bit per signal, in the order of their names; at most 60 signals, later ones have none). fit_until is that of signal_scope. part fit: month-ends whose horizon_days had passed by fit_until, so that all of their labels were known on it. part judge: month-ends after fit_until whose horizon_days
--   have passed by the cutoff; of later ones the defaults would be known and the others not. Month-ends between the two are in neither part. Mask 0 is what the counts of panel_span leave.

WITH signal AS (
    SELECT signal_id, row_number() OVER (ORDER BY signal_id) - 1 AS place
    FROM signal_candidate
),

raised AS (
    SELECT panel_flag.subject_id, panel_flag.month_end, panel_flag.is_mature, panel_flag.label, sum(CAST(1 AS BIGINT) << signal.place) AS mask
    FROM signal
    JOIN panel_flag ON panel_flag.code = signal.signal_id
    WHERE panel_flag.split = 'signal'
      AND signal.place < 60
      AND panel_flag.label IN ('0', '1')
    GROUP BY panel_flag.subject_id, panel_flag.month_end, panel_flag.is_mature, panel_flag.label
),

parted AS (
    SELECT
        signal_scope.fit_until,
        CASE
            WHEN raised.month_end + CAST($horizon_days AS INT) <= signal_scope.fit_until THEN 'fit'
            WHEN raised.month_end > signal_scope.fit_until AND raised.is_mature THEN 'judge'
        END AS part,
        raised.mask,
        raised.label,
        1 AS n_months
    FROM signal_scope
    CROSS JOIN raised
),

clipped AS (
    SELECT
        signal_scope.fit_until,
        part.part,
        panel_span.label,
        CASE WHEN part.part = 'judge' THEN greatest(panel_span.from_day, signal_scope.fit_until + CAST(1 AS INT)) ELSE panel_span.from_day END AS from_day,
        CASE WHEN part.part = 'fit' THEN least(panel_span.to_day, signal_scope.fit_until - CAST($horizon_days AS INT) + CAST(1 AS INT)) ELSE panel_span.to_day END AS to_day
    FROM (SELECT 'fit' AS part UNION ALL SELECT 'judge' AS part) AS part
    CROSS JOIN signal_scope
    CROSS JOIN panel_span
    WHERE panel_span.label IN ('0', '1')
      AND (part.part = 'fit' OR panel_span.is_mature)
      AND signal_scope.fit_until IS NOT NULL
),

counted AS (
    SELECT fit_until, part, mask, label, n_months FROM parted
    UNION ALL
    SELECT fit_until, part, 0 AS mask, label, -n_months AS n_months FROM parted
    UNION ALL
    SELECT
        fit_until,
        part,
        0 AS mask,
        label,
        12 * (date_part('year', to_day) - date_part('year', from_day)) + date_part('month', to_day) - date_part('month', from_day) AS n_months
    FROM clipped
    WHERE from_day < to_day
)

SELECT
    part,
    fit_until,
    mask,
    CAST(sum(CASE WHEN label = '1' THEN n_months ELSE 0 END) AS BIGINT) AS n_positive,
    CAST(sum(CASE WHEN label = '0' THEN n_months ELSE 0 END) AS BIGINT) AS n_negative
FROM counted
WHERE part IS NOT NULL
GROUP BY part, fit_until, mask
HAVING sum(n_months) > 0
