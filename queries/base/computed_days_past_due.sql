-- name: computed_days_past_due
-- title: Days past due from instalments and payments | 逾期天数（按还款计划与流水推算）
-- kind: base
-- keep: yes
-- grain: loan_id, snapshot_date
-- params: dpd_origin TEXT, materiality_absolute_retail DECIMAL(18,2), materiality_absolute_other DECIMAL(18,2), materiality_relative DECIMAL(12,8)
-- source: dpd(t) = t − min{due_date_k < t, unpaid at t, not cancelled at t} − paused days; EBA/GL/2016/07 and RTS 2018/171 where thresholds are set
-- edges: ACTIVE snapshots without delivered days past due, of every date, and all ACTIVE snapshots of the closing date, the latter with what is
--   delivered beside; only loans with an instalment due on or before the snapshot date, and only where payments are delivered. 0 days where nothing is overdue.
--   Days are counted at the close of the snapshot date from the oldest instalment that is overdue (arrears tells which): with dpd_origin next_day
--   an instalment unpaid on its due date has 0 days that evening and 1 the next, with due_date 1 and 2. With a materiality threshold above 0
--   they are counted instead from the first day of the unbroken run of days, the snapshot date its last, on which the arrears
--   exceeded both thresholds (material_spell), that day included: the run goes on when the oldest instalment is paid but arrears stay material,
--   and ends, with 0 days, when one threshold is no longer exceeded. Days of a delinquency_pause are taken off, its start_date included and its
--   end_date not, each day once. first_due is the first due date of the loan that is delivered. Arrears from before it are not known.

WITH looked_at AS (
    SELECT loan_id, snapshot_date, delivered_days_past_due, first_due
    FROM closing_dpd
    UNION ALL
    SELECT loan_id, snapshot_date, CAST(NULL AS INT) AS delivered_days_past_due, first_due
    FROM missing_dpd
    WHERE first_due <= snapshot_date
),

counted AS (
    SELECT
        loan_id,
        arrears_date,
        oldest_due + CAST(CASE WHEN $dpd_origin = 'due_date' THEN 0 ELSE 1 END AS INT) AS counted_from
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
    looked_at.loan_id,
    looked_at.snapshot_date,
    CAST(coalesce(looked_at.snapshot_date - counted.counted_from + 1 - coalesce(paused.days, 0), 0) AS INT) AS days_past_due,
    looked_at.delivered_days_past_due,
    looked_at.first_due
FROM counted
LEFT JOIN paused
  ON paused.loan_id = counted.loan_id
 AND paused.arrears_date = counted.arrears_date
RIGHT JOIN looked_at
  ON looked_at.loan_id = counted.loan_id
 AND looked_at.snapshot_date = counted.arrears_date
