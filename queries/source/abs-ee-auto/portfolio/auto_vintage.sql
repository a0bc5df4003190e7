-- name: auto_vintage
-- title: Defaults of auto loans by quarter of origination | 车贷按发放季度违约曲线
-- kind: portfolio
-- grain: vintage, months_on_book
-- needs: auto_report.month_no
-- source: vintage curves on the outcome of auto_outcome
-- edges: Whole history up to the cutoff. months_on_book counts from the month of origination, which is 0. A vintage has rows from the month in which its first loan is seen to the last month in which all its loans are; first_seen_min and first_seen_max are the ages at which its loans were first seen.
--   Both curves count the defaults of auto_outcome up to that age, by their first and by their third missed payment. Defaults before a loan was first seen cannot be in them, so a curve begins too low.

WITH loan_age AS (
    SELECT
        auto_outcome.vintage,
        12 * (DATE_PART('year', auto_outcome.first_month) - DATE_PART('year', loan.origination_date))
        + DATE_PART('month', auto_outcome.first_month) - DATE_PART('month', loan.origination_date) AS first_seen,
        auto_outcome.months_seen,
        CASE WHEN auto_outcome.d = 1 THEN auto_outcome.x - 1 END AS first_missed_after,
        CASE WHEN auto_outcome.d = 1 THEN auto_outcome.x + 1 END AS third_missed_after
    FROM auto_outcome
    INNER JOIN loan ON loan.loan_id = auto_outcome.loan_id
),

vintage AS (
    SELECT
        vintage,
        COUNT(*) AS n_loans,
        MIN(first_seen) AS first_seen_min,
        MAX(first_seen) AS first_seen_max,
        MIN(first_seen + months_seen) AS complete_to
    FROM loan_age
    GROUP BY vintage
),

age AS (
    SELECT
        vintage.vintage,
        vintage.n_loans,
        vintage.first_seen_min,
        vintage.first_seen_max,
        counter.value AS months_on_book
    FROM vintage
    CROSS JOIN generate_series(0, 1200) AS counter
    WHERE counter.value >= vintage.first_seen_min AND counter.value <= vintage.complete_to
)

SELECT
    age.vintage,
    CAST(age.months_on_book AS BIGINT) AS months_on_book,
    CAST(age.n_loans AS BIGINT) AS n_loans,
    COUNT(CASE WHEN loan_age.first_seen + loan_age.first_missed_after <= age.months_on_book THEN 1 END)
        AS n_default_first_missed,
    COUNT(CASE WHEN loan_age.first_seen + loan_age.third_missed_after <= age.months_on_book THEN 1 END)
        AS n_default_third_missed,
    CAST(age.first_seen_min AS BIGINT) AS first_seen_min,
    CAST(age.first_seen_max AS BIGINT) AS first_seen_max
FROM age
INNER JOIN loan_age ON loan_age.vintage = age.vintage
GROUP BY age.vintage, age.months_on_book, age.n_loans, age.first_seen_min, age.first_seen_max
