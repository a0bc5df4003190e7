-- name: external_rating_down
-- title: Outside rating downgraded | 外部评级下调
-- kind: signal
-- needs: loan.customer_id, external_rating.pd_equivalent
-- source: IFRS 9 B5.5.17: a change of the external rating is a sign of changed credit risk; EBA/GL/2020/06 section 8.5
-- edges: Ratings of one agency on one customer in the order of rated_on; one that the bank had only when it had a later one too is left out, and so is one without
--   pd_equivalent, since the order of rating codes is not known. Fires if the rating differs from the one before and stands for a higher pd, or if the pd is at least
--   pd_factor times the one before (above 0), also under the same code. A first rating does not fire, nor does one agency that is harsher than another. The
--   warning is on the whole customer, and only if one was a borrower then: a loan originated by the day of issue and known. issued_at is the later of rated_on and the day of
--   known_at; score is the pd, the highest of several on one day.

WITH setting AS (
    SELECT 1.5 AS pd_factor
),

dated AS (
    SELECT
        customer_id,
        agency,
        rated_on,
        greatest(rated_on, CAST(known_at AS DATE)) AS known_on,
        rating,
        pd_equivalent
    FROM input.external_rating
    WHERE pd_equivalent IS NOT NULL
),

placed AS (
    SELECT
        customer_id,
        agency,
        rated_on,
        known_on,
        max(rated_on) OVER (PARTITION BY customer_id, agency ORDER BY known_on) AS newest_date,
        rating,
        pd_equivalent
    FROM dated
),

compared AS (
    SELECT
        customer_id,
        known_on,
        rating,
        pd_equivalent,
        lag(rating) OVER ratings AS rating_before,
        lag(pd_equivalent) OVER ratings AS pd_before
    FROM placed
    WHERE rated_on = newest_date
    WINDOW ratings AS (PARTITION BY customer_id, agency ORDER BY rated_on)
),

borrower AS (
    SELECT
        customer_id,
        min(greatest(origination_date, CAST(known_at AS DATE))) AS known_on
    FROM input.loan
    GROUP BY customer_id
)

SELECT
    compared.customer_id,
    CAST(NULL AS VARCHAR) AS loan_id,
    compared.known_on AS issued_at,
    'ORANGE' AS severity,
    max(CAST(compared.pd_equivalent AS DOUBLE)) AS score
FROM compared
JOIN borrower ON borrower.customer_id = compared.customer_id
CROSS JOIN setting
WHERE borrower.known_on <= compared.known_on
  AND ((compared.rating <> compared.rating_before AND compared.pd_equivalent > compared.pd_before)
       OR (compared.pd_before > 0 AND compared.pd_equivalent >= setting.pd_factor * compared.pd_before))
GROUP BY compared.customer_id, compared.known_on
