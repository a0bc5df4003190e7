-- name: internal_rating_down
-- title: Internal rating downgraded | 内部评级下调
-- kind: signal
-- needs: loan, loan_snapshot.status, loan_snapshot.internal_rating, loan_snapshot.pd
-- source: IFRS 9 B5.5.17: an internal rating downgrade is a sign of increased credit risk; EBA/GL/2020/06 section 8.5
-- edges: Rating codes are the bank's own and their order is not known; the pd beside them tells it. Fires on a snapshot whose rating differs from that of the reading
--   before and whose pd is at least pd_factor times as high and higher at all. Readings are the ACTIVE snapshots of known_snapshot with a rating and a pd; a loan in
--   default has no pd and gives none, so that the fall into default is no downgrade here. Every downgrade fires, also one that follows another; an upgrade, a pd that moves inside a
--   rating, and a loan's first reading do not. issued_at is known_on; score is the pd.

WITH setting AS (
    SELECT 1.0 AS pd_factor
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        known_on,
        internal_rating,
        pd,
        CASE WHEN lag(loan_id) OVER readings = loan_id THEN lag(internal_rating) OVER readings END AS rating_before,
        CASE WHEN lag(loan_id) OVER readings = loan_id THEN lag(pd) OVER readings END AS pd_before
    FROM known_snapshot
    WHERE status = 'ACTIVE'
      AND internal_rating IS NOT NULL
      AND pd IS NOT NULL
    WINDOW readings AS (ORDER BY loan_id, snapshot_date)
)

SELECT
    compared.customer_id,
    compared.loan_id,
    compared.known_on AS issued_at,
    'ORANGE' AS severity,
    CAST(compared.pd AS DOUBLE) AS score
FROM compared
CROSS JOIN setting
WHERE compared.internal_rating <> compared.rating_before
  AND compared.pd > compared.pd_before
  AND compared.pd >= setting.pd_factor * compared.pd_before
