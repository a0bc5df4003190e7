-- name: material_spell
-- title: Days of material arrears, each with the first of its run | 重大欠款及其起始日
-- kind: base
-- keep: yes
-- params: materiality_absolute_retail DECIMAL(18,2), materiality_absolute_other DECIMAL(18,2), materiality_relative DECIMAL(12,8)
-- source: CRR Art. 178, RTS 2018/171: days past due count from the day on which both the absolute and the relative threshold are exceeded
-- edges: Days of arrears_day on which the arrears of the loan, principal and interest, exceeded both thresholds (strictly); material_from is the first day of
--   the unbroken run of such days. The absolute threshold is in the currency of the project, arrears come to it at loan.rate_to_base; it is
--   materiality_absolute_retail for customers known to be retail and materiality_absolute_other for all others, also where is_retail is not known, because
--   an exposure is retail only if that is shown. The relative one is a share of the principal balance of the last ACTIVE snapshot on or before the day;
--   days before the first snapshot take that of the first. Each loan is weighed alone, not all loans of an obligor together.
--   Without a threshold above 0 there is no row.

WITH weighed_day AS (
    SELECT loan_id, arrears_date
    FROM arrears_day
    WHERE $materiality_absolute_retail > 0
       OR $materiality_absolute_other > 0
       OR $materiality_relative > 0
),

balanced_day AS (
    SELECT
        weighed_day.loan_id,
        weighed_day.arrears_date,
        first_value(loan_snapshot.principal_balance ORDER BY loan_snapshot.snapshot_date DESC)
            FILTER (WHERE loan_snapshot.snapshot_date <= weighed_day.arrears_date) AS balance_before,
        first_value(loan_snapshot.principal_balance ORDER BY loan_snapshot.snapshot_date) AS first_balance
    FROM weighed_day
    JOIN delivered.loan_snapshot AS loan_snapshot ON loan_snapshot.loan_id = weighed_day.loan_id
    WHERE loan_snapshot.status = 'ACTIVE'
    GROUP BY weighed_day.loan_id, weighed_day.arrears_date
),

judged_day AS (
    SELECT
        balanced_day.loan_id,
        balanced_day.arrears_date,
        coalesce(
            arrears.amount > $materiality_relative * coalesce(balanced_day.balance_before, balanced_day.first_balance)
            AND arrears.amount * loan.rate_to_base
                > CASE WHEN customer.is_retail THEN $materiality_absolute_retail ELSE $materiality_absolute_other END,
            FALSE
        ) AS is_material
    FROM balanced_day
    LEFT JOIN arrears ON arrears.loan_id = balanced_day.loan_id AND arrears.arrears_date = balanced_day.arrears_date
    LEFT JOIN loan ON loan.loan_id = balanced_day.loan_id
    LEFT JOIN customer ON customer.customer_id = loan.customer_id
),

numbered_day AS (
    -- Every day that is not material ends a run. One count over all loans in order numbers the runs.
    SELECT
        loan_id,
        arrears_date,
        is_material,
        sum(CASE WHEN is_material THEN 0 ELSE 1 END) OVER (ORDER BY loan_id, arrears_date ROWS UNBOUNDED PRECEDING) AS run_no
    FROM judged_day
),

run AS (
    SELECT loan_id, run_no, min(arrears_date) AS material_from
    FROM numbered_day
    WHERE is_material
    GROUP BY loan_id, run_no
)

SELECT
    numbered_day.loan_id,
    numbered_day.arrears_date,
    run.material_from
FROM run
JOIN numbered_day
  ON numbered_day.loan_id = run.loan_id
 AND numbered_day.run_no = run.run_no
WHERE numbered_day.is_material
