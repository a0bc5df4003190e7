-- name: target_holding
-- title: Opening exposure by officer and segment | 期初敞口（按管户人与分组）
-- kind: base
-- keep: yes
-- source: opening balance, owners on its date times their share
-- edges: Principal balance on the opening snapshot of the period: that of the day before, else the latest before the period. Loans live then: ACTIVE, or of
--   unknown status, and not ended on or before that day. The owners are those on the snapshot date; what nobody holds stands with UNASSIGNED. The
--   segment is the one that the scheme names for targets (target_segment), empty text where it names none. Without a snapshot there is no row.

WITH setting AS (
    SELECT max(target_segment) AS dimension
    FROM scheme
),

opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        CASE setting.dimension
            WHEN 'industry' THEN loan_segment.industry
            WHEN 'product' THEN loan_segment.product
            WHEN 'size_band' THEN loan_segment.size_band
            WHEN 'region' THEN loan_segment.region
            WHEN 'customer_type' THEN loan_segment.customer_type
            ELSE ''
        END AS code
    FROM loan_month
    JOIN loan_segment ON loan_segment.loan_id = loan_month.loan_id
    CROSS JOIN setting
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND coalesce(loan_month.status, 'ACTIVE') = 'ACTIVE'
      AND (loan_month.ended_on IS NULL OR loan_month.ended_on > loan_month.snapshot_date)
)

SELECT
    owner.officer_id,
    opening.code,
    CAST(sum(opening.principal_balance * owner.share) AS DECIMAL(38,12)) AS exposure
FROM opening
JOIN owner
  ON owner.loan_id = opening.loan_id
 AND owner.valid_from <= opening.snapshot_date
 AND owner.valid_to > opening.snapshot_date
GROUP BY owner.officer_id, opening.code
