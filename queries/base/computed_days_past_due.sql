-- name: computed_days_past_due
-- title: Days past due from instalments and payments | 逾期天数（按还款计划与流水推算）
-- kind: base
-- keep: yes
-- grain: loan_id, snapshot_date
-- params: period_start DATE, period_end DATE, dpd_origin TEXT, materiality_absolute_retail DECIMAL(18,2), materiality_absolute_other DECIMAL(18,2),
--   materiality_relative DECIMAL(12,8)
-- source: dpd(t) = t − min{due_date_k < t, unpaid at t, not cancelled at t} − paused days; EBA/GL/2016/07 and RTS 2018/171 where thresholds are set
-- edges: ACTIVE snapshots without delivered days past due, of every date, and all ACTIVE snapshots of the closing date, the latter with what is
--   delivered beside; only loans with an instalment due on or before the snapshot date, and only where payments are delivered. 0 days where nothing is overdue.
--   Days are counted at the close of the snapshot date from the oldest instalment that is overdue (arrears tells which): with dpd_origin next_day
--   an instalment unpaid on its due date has 0 days that evening and 1 the next, with due_date 1 and 2. With a materiality threshold above 0
--   they are counted instead from the first day of the unbroken run of days, the snapshot date its last, on which the arrears
--   exceeded both thresholds (material_spell), that day included: the run goes on when the oldest instalment is paid but arrears stay material,
--   and ends, with 0 days, when one threshold is no longer exceeded. Days of a delinquency_pause are taken off, its start_date included and its
--   end_date not, each day once. first_due is the first due date of the loan that is delivered. Arrears from before it are not known.

WITH planned_loan AS (
    SELECT loan_id, min(first_due) AS first_due
    FROM account_opening
    WHERE (SELECT count(*) FROM (SELECT 1 FROM delivered.payment LIMIT 1) AS payment) > 0
    GROUP BY loan_id
),

closing AS (
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.snapshot_date,
        loan_snapshot.days_past_due AS delivered_days_past_due,
        planned_loan.first_due
    FROM planned_loan
    JOIN input.loan_snapshot ON loan_snapshot.loan_id = planned_loan.loan_id
    WHERE loan_snapshot.status = 'ACTIVE'
      AND loan_snapshot.days_past_due IS NOT NULL
      AND loan_snapshot.snapshot_date BETWEEN $period_start AND $period_end
      AND loan_snapshot.snapshot_date = (SELECT close_date FROM reporting_date)
      AND loan_snapshot.snapshot_date >= planned_loan.first_due
),

described_elsewhere AS (
    -- Loans whose instalment_state is that of a later day; arrears has them.
    SELECT DISTINCT loan_id
    FROM instalment_stop
    WHERE stopped_on > (SELECT close_date FROM reporting_date)
),

late_loan AS (
    SELECT closing.loan_id, closing.snapshot_date
    FROM (
        SELECT loan_id
        FROM instalment_state
        WHERE due_amount > received_reference
        UNION
        SELECT loan_id
        FROM account_opening
        WHERE is_open
    ) AS late
    JOIN closing ON closing.loan_id = late.loan_id
    WHERE NOT coalesce(
        $materiality_absolute_retail > 0 OR $materiality_absolute_other > 0 OR $materiality_relative > 0,
        FALSE
    )
),

period_cash AS (
    SELECT
        cash_component.loan_id,
        cash_component.schedule_version,
        cash_component.component,
        sum(cash_component.paid) AS paid
    FROM late_loan
    JOIN cash_component ON cash_component.loan_id = late_loan.loan_id
    WHERE cash_component.value_date <= late_loan.snapshot_date
    GROUP BY cash_component.loan_id, cash_component.schedule_version, cash_component.component
),

item AS (
    SELECT
        late_loan.loan_id,
        late_loan.snapshot_date,
        instalment_state.due_date,
        instalment_state.due_amount,
        CASE instalment_state.component WHEN 'principal' THEN account_opening.principal_paid ELSE account_opening.interest_paid END
            + coalesce(period_cash.paid, 0) - instalment_state.before_amount AS paid_to_here
    FROM late_loan
    JOIN instalment_state ON instalment_state.loan_id = late_loan.loan_id
    JOIN account_opening
      ON account_opening.loan_id = instalment_state.loan_id
     AND account_opening.schedule_version = instalment_state.schedule_version
    LEFT JOIN period_cash
      ON period_cash.loan_id = instalment_state.loan_id
     AND period_cash.schedule_version = instalment_state.schedule_version
     AND period_cash.component = instalment_state.component
    WHERE (instalment_state.due_date < late_loan.snapshot_date
           OR ($dpd_origin = 'due_date' AND instalment_state.due_date = late_loan.snapshot_date))
      AND (instalment_state.cancelled_on IS NULL OR instalment_state.cancelled_on > late_loan.snapshot_date)
),

oldest AS (
    SELECT item.loan_id, item.snapshot_date, min(item.due_date) AS oldest_due
    FROM item
    WHERE item.due_amount > item.paid_to_here
      AND NOT EXISTS (SELECT 1 FROM described_elsewhere WHERE described_elsewhere.loan_id = item.loan_id)
    GROUP BY item.loan_id, item.snapshot_date
    UNION ALL
    SELECT arrears.loan_id, arrears.arrears_date AS snapshot_date, arrears.oldest_due
    FROM described_elsewhere
    JOIN arrears ON arrears.loan_id = described_elsewhere.loan_id
    WHERE NOT coalesce(
        $materiality_absolute_retail > 0 OR $materiality_absolute_other > 0 OR $materiality_relative > 0,
        FALSE
    )
),

counted AS (
    SELECT
        loan_id,
        snapshot_date,
        oldest_due + CAST(CASE WHEN $dpd_origin = 'due_date' THEN 0 ELSE 1 END AS INT) AS counted_from
    FROM oldest
    UNION ALL
    SELECT loan_id, arrears_date AS snapshot_date, material_from AS counted_from
    FROM material_spell
),

paused AS (
    SELECT
        counted.loan_id,
        counted.snapshot_date,
        sum(
            least(pause_span.valid_to, counted.snapshot_date + CAST(1 AS INT)) - greatest(pause_span.valid_from, counted.counted_from)
        ) AS days
    FROM pause_span
    JOIN counted ON counted.loan_id = pause_span.loan_id
    WHERE pause_span.valid_from <= counted.snapshot_date
      AND pause_span.valid_to > counted.counted_from
    GROUP BY counted.loan_id, counted.snapshot_date
)

SELECT
    closing.loan_id,
    closing.snapshot_date,
    CAST(coalesce(closing.snapshot_date - counted.counted_from + 1 - coalesce(paused.days, 0), 0) AS INT) AS days_past_due,
    closing.delivered_days_past_due,
    closing.first_due
FROM counted
LEFT JOIN paused
  ON paused.loan_id = counted.loan_id
 AND paused.snapshot_date = counted.snapshot_date
RIGHT JOIN closing
  ON closing.loan_id = counted.loan_id
 AND closing.snapshot_date = counted.snapshot_date
UNION ALL
SELECT
    stand_in_days_past_due.loan_id,
    stand_in_days_past_due.snapshot_date,
    stand_in_days_past_due.days_past_due,
    CAST(NULL AS INT) AS delivered_days_past_due,
    missing_dpd.first_due
FROM stand_in_days_past_due
JOIN missing_dpd
  ON missing_dpd.loan_id = stand_in_days_past_due.loan_id
 AND missing_dpd.snapshot_date = stand_in_days_past_due.snapshot_date
WHERE stand_in_days_past_due.days_past_due IS NOT NULL
