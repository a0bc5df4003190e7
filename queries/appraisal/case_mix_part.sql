-- name: case_mix_part
-- title: Loans and bad loans by officer and cell | 同类分组中的贷款与不良贷款
-- kind: base
-- needs: scheme
-- keep: yes
-- source: indirect standardisation: what was to be expected of such loans, by what the officer does not control
-- edges: Indicators of the scheme with case_mix. Each loan with a denominator counts once, split over officers as its denominator is; it is bad where its numerator is above 0, and that counts once too, split as the
--   numerator is. A cell is the class of the loan at the opening (internal rating; without one the bucket of days past due; for a loan that was not there the rating at origination, else NEW), its product, the size band
--   of its customer and the months on book at the opening (under 12, 12 to 35, 36 or more; 0 for a new loan). key_4 names all four, key_3 leaves out the months, key_2 the size band too, key_1 is the class alone, key_0 is everything.

WITH held AS (
    SELECT
        evidence_key.indicator_id,
        evidence_key.officer_id,
        evidence_key.loan_id,
        sum(evidence_key.numerator) AS numerator,
        sum(evidence_key.denominator) AS denominator
    FROM evidence_key
    JOIN scheme_indicator ON scheme_indicator.indicator_id = evidence_key.indicator_id
    WHERE scheme_indicator.case_mix
      AND evidence_key.loan_id <> ''
    GROUP BY evidence_key.indicator_id, evidence_key.officer_id, evidence_key.loan_id
),

whole AS (
    SELECT indicator_id, loan_id, sum(numerator) AS numerator, sum(denominator) AS denominator
    FROM held
    GROUP BY indicator_id, loan_id
    HAVING sum(denominator) > 0
),

opening AS (
    SELECT loan_month.loan_id, loan_snapshot.internal_rating, loan_month.state_bucket, loan_month.months_on_book
    FROM loan_month
    JOIN loan_snapshot
      ON loan_snapshot.loan_id = loan_month.loan_id
     AND loan_snapshot.snapshot_date = loan_month.snapshot_date
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

described AS (
    SELECT
        loan.loan_id,
        CASE
            WHEN opening.loan_id IS NULL THEN coalesce(loan.origination_rating, 'NEW')
            ELSE coalesce(opening.internal_rating, opening.state_bucket, 'UNKNOWN')
        END AS class,
        coalesce(loan.product_code, 'UNKNOWN') AS product,
        coalesce(customer.size_band, 'UNKNOWN') AS size_band,
        CASE
            WHEN opening.months_on_book >= 36 THEN '36'
            WHEN opening.months_on_book >= 12 THEN '12'
            ELSE '0'
        END AS months_on_book
    FROM loan
    LEFT JOIN opening ON opening.loan_id = loan.loan_id
    LEFT JOIN customer ON customer.customer_id = loan.customer_id
)

SELECT
    held.indicator_id,
    held.officer_id,
    concat(described.class, '/', described.product, '/', described.size_band, '/', described.months_on_book) AS key_4,
    concat(described.class, '/', described.product, '/', described.size_band) AS key_3,
    concat(described.class, '/', described.product) AS key_2,
    described.class AS key_1,
    '' AS key_0,
    -- Parts of a loan are rounded to twelve digits; a loan of three officers may miss one by a trillionth.
    sum(CAST(CAST(held.denominator AS DOUBLE) / CAST(whole.denominator AS DOUBLE) AS DECIMAL(38,12))) AS n_loans,
    sum(
        CASE
            WHEN whole.numerator > 0 THEN CAST(CAST(held.numerator AS DOUBLE) / CAST(whole.numerator AS DOUBLE) AS DECIMAL(38,12))
            ELSE CAST(0 AS DECIMAL(38,12))
        END
    ) AS n_bad
FROM held
JOIN whole
  ON whole.indicator_id = held.indicator_id
 AND whole.loan_id = held.loan_id
JOIN described ON described.loan_id = held.loan_id
GROUP BY
    held.indicator_id,
    held.officer_id,
    described.class,
    described.product,
    described.size_band,
    described.months_on_book
