-- name: dpd_over_15
-- title: More than 15 days past due | 逾期超过15天
-- kind: signal
-- needs: loan, loan_snapshot.status, loan_snapshot.days_past_due
-- source: EBA/GL/2020/06 section 8.5; Saudi Central Bank, Rules on Management of Problem Loans (2020), Appendix 1: early arrears of 5 to 30 days
-- edges: Fires on a snapshot with more than border days past due (strictly) if the reading before it had at most border: once per crossing, again after the days
--   have gone back. Readings are the ACTIVE snapshots of known_snapshot with days past due; the one before may be more than a month older. A loan's first
--   reading fires if the border was passed at most first_reading_days before it, which one a month earlier would not have shown; a loan that was deeper in
--   arrears when the data begin has crossed nothing. issued_at is the day from which the bank had snapshot and loan (known_on), score the days past due.
--   Days past due must be delivered; where they are computed from instalments and payments the signal gives no rows.

WITH setting AS (
    SELECT
        15 AS border,
        31 AS first_reading_days
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        known_on,
        days_past_due,
        CASE WHEN lag(loan_id) OVER readings = loan_id THEN lag(days_past_due) OVER readings END AS days_before
    FROM known_snapshot
    WHERE status = 'ACTIVE'
      AND days_past_due IS NOT NULL
    WINDOW readings AS (ORDER BY loan_id, snapshot_date)
)

SELECT
    compared.customer_id,
    compared.loan_id,
    compared.known_on AS issued_at,
    'YELLOW' AS severity,
    CAST(compared.days_past_due AS DOUBLE) AS score
FROM compared
CROSS JOIN setting
WHERE compared.days_past_due > setting.border
  AND coalesce(compared.days_before <= setting.border, compared.days_past_due <= setting.border + setting.first_reading_days)
