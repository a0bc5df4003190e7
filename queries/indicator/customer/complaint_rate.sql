-- name: complaint_rate
-- title: Complaints per thousand customers | 客户投诉率
-- kind: indicator
-- dimension: CUSTOMER
-- better: lower
-- unit: per 1 000 customers
-- owner: complaints: officers on the day of the incident; customers: officers on each reporting date by the mean of their shares of the customer's ACTIVE loans
-- needs: complaint.disposition, loan_snapshot.status
-- source: CBIRC 通报, normalised by customers
-- edges: Complaints of complaint_count, times 1000, over the chronological mean of the number of customers with an ACTIVE loan.

WITH active AS (
    SELECT DISTINCT
        loan_month.customer_id,
        loan_month.loan_id,
        loan_month.snapshot_date,
        average_weight.halves,
        average_weight.total_halves
    FROM loan_month
    JOIN average_weight ON average_weight.snapshot_date = loan_month.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
      AND loan_month.customer_id IS NOT NULL
),

loan_count AS (
    SELECT customer_id, snapshot_date, count(*) AS n_loans
    FROM active
    GROUP BY customer_id, snapshot_date
),

held AS (
    SELECT
        active.customer_id,
        active.snapshot_date,
        active.halves,
        active.total_halves,
        owner.officer_id,
        sum(owner.share) AS share
    FROM active
    JOIN owner
      ON owner.loan_id = active.loan_id
     AND owner.valid_from <= active.snapshot_date
     AND owner.valid_to > active.snapshot_date
    GROUP BY active.customer_id, active.snapshot_date, active.halves, active.total_halves, owner.officer_id
)

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(1000 * numerator AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'COMPLAINT' AS rule_code
FROM complaint_count
UNION ALL
SELECT
    held.officer_id,
    CAST(NULL AS VARCHAR) AS loan_id,
    held.customer_id,
    concat(held.customer_id, '/', CAST(held.snapshot_date AS VARCHAR)) AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(CAST(held.share * held.halves AS DECIMAL(26,12)) / (held.total_halves * loan_count.n_loans) AS DECIMAL(38,12)) AS denominator,
    'CUSTOMER' AS rule_code
FROM held
JOIN loan_count ON loan_count.customer_id = held.customer_id AND loan_count.snapshot_date = held.snapshot_date
