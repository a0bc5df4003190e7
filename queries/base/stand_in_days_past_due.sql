-- name: stand_in_days_past_due
-- title: Computed days past due of snapshots that have none | 补齐的逾期天数
-- kind: base
-- keep: yes
-- grain: loan_id, snapshot_date
-- params: dpd_origin TEXT, materiality_absolute_retail DECIMAL(18,2), materiality_absolute_other DECIMAL(18,2), materiality_relative DECIMAL(12,8)
-- source: dpd(t) = t − min{due_date_k < t, unpaid at t, not cancelled at t} − paused days
-- edges: One row per snapshot of missing_dpd, counted as computed_days_past_due tells. 0 where nothing is overdue, empty where the loan has no
--   instalment due on or before the snapshot date.

WITH counted AS (
    SELECT
        arrears.loan_id,
        arrears.arrears_date,
        arrears.oldest_due + CAST(CASE WHEN $dpd_origin = 'due_date' THEN 0 ELSE 1 END AS INT) AS counted_from
    FROM arrears
    WHERE NOT coalesce(
        $materiality_absolute_retail > 0 OR $materiality_absolute_other > 0 OR $materiality_relative > 0,
        FALSE
    )
    UNION ALL
    SELECT loan_id, arrears_date, material_from AS counted_from
    FROM material_spell
),

paused AS (
    SELECT
        counted.loan_id,
        counted.arrears_date,
        sum(
            least(pause_span.valid_to, counted.arrears_date + CAST(1 AS INT)) - greatest(pause_span.valid_from, counted.counted_from)
        ) AS days
    FROM pause_span
    JOIN counted ON counted.loan_id = pause_span.loan_id
    WHERE pause_span.valid_from <= counted.arrears_date
      AND pause_span.valid_to > counted.counted_from
    GROUP BY counted.loan_id, counted.arrears_date
)

SELECT
    missing_dpd.loan_id,
    missing_dpd.snapshot_date,
    CAST(CASE
        WHEN counted.counted_from IS NOT NULL
            THEN missing_dpd.snapshot_date - counted.counted_from + 1 - coalesce(paused.days, 0)
        WHEN missing_dpd.first_due <= missing_dpd.snapshot_date THEN 0
    END AS INT) AS days_past_due
FROM counted
LEFT JOIN paused
  ON paused.loan_id = counted.loan_id
 AND paused.arrears_date = counted.arrears_date
RIGHT JOIN missing_dpd
  ON missing_dpd.loan_id = counted.loan_id
 AND missing_dpd.snapshot_date = counted.arrears_date
