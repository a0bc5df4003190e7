-- name: utilisation_jump
-- title: Jump in the use of a credit line | 授信使用率骤升
-- kind: signal
-- needs: loan, loan_snapshot.status, loan_snapshot.undrawn_amount
-- source: Norden and Weber (2010), Review of Financial Studies 23(10): use of credit lines is abnormal about twelve months before default; Jiménez, Lopez and Saurina (2009), Review of Financial Studies 22(12)
-- edges: Use is the principal over principal and undrawn amount of an ACTIVE snapshot of known_snapshot; without an undrawn amount, or with both 0, there is no reading.
--   Fires if use is at least margin (a fraction of 1; differences are rounded to nine places) above its lowest among the earlier readings of the loan in the
--   same calendar month and the window_months months before it, and this was not so at the reading before: once per jump. A line that is drawn for the
--   first time after being committed jumps too. issued_at is known_on; score is the use.

WITH setting AS (
    SELECT
        3 AS window_months,
        0.30 AS margin
),

reading AS (
    SELECT
        customer_id,
        loan_id,
        snapshot_date,
        known_on,
        CAST(date_part('year', snapshot_date) * 12 + date_part('month', snapshot_date) AS INT) AS month_no,
        undrawn_amount,
        CAST(principal_balance AS DOUBLE) / CAST(principal_balance + undrawn_amount AS DOUBLE) AS drawn_share
    FROM known_snapshot
    WHERE status = 'ACTIVE'
      AND principal_balance + undrawn_amount > 0
),

beside_lowest AS (
    -- Only a line that was not fully drawn can be drawn further.
    SELECT
        reading.customer_id,
        reading.loan_id,
        reading.snapshot_date,
        reading.known_on,
        reading.drawn_share,
        min(earlier.drawn_share) AS lowest_share
    FROM reading
    CROSS JOIN setting
    LEFT JOIN reading AS earlier
      ON earlier.loan_id = reading.loan_id
     AND earlier.undrawn_amount > 0
     AND earlier.snapshot_date < reading.snapshot_date
     AND earlier.month_no >= reading.month_no - setting.window_months
    GROUP BY reading.customer_id, reading.loan_id, reading.snapshot_date, reading.known_on, reading.drawn_share
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        known_on,
        drawn_share,
        round(drawn_share - lowest_share, 9) AS rise,
        CASE WHEN lag(loan_id) OVER readings = loan_id THEN round(lag(drawn_share) OVER readings - lag(lowest_share) OVER readings, 9) END AS rise_before
    FROM beside_lowest
    WINDOW readings AS (ORDER BY loan_id, snapshot_date)
)

SELECT
    compared.customer_id,
    compared.loan_id,
    compared.known_on AS issued_at,
    'YELLOW' AS severity,
    compared.drawn_share AS score
FROM compared
CROSS JOIN setting
WHERE compared.rise >= setting.margin
  AND NOT coalesce(compared.rise_before >= setting.margin, FALSE)
