-- name: customer_base_owner
-- title: Officers of the customers at the opening | 期初客户归属
-- kind: base
-- keep: yes
-- source: the mean of an officer's shares of the customer's performing loans at the opening
-- edges: Only loans ACTIVE and performing on the opening snapshot; the owners are those of that day.

WITH performing AS (
    SELECT loan_month.customer_id, loan_month.loan_id, loan_month.snapshot_date
    FROM loan_month
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
      AND NOT coalesce(loan_month.is_npl, FALSE)
),

loan_count AS (
    SELECT customer_id, count(*) AS n_loans
    FROM performing
    GROUP BY customer_id
),

weighted AS (
    SELECT performing.customer_id, owner.officer_id, sum(owner.share) AS share
    FROM performing
    JOIN owner
      ON owner.loan_id = performing.loan_id
     AND owner.valid_from <= performing.snapshot_date
     AND owner.valid_to > performing.snapshot_date
    GROUP BY performing.customer_id, owner.officer_id
)

SELECT
    customer_base.customer_id,
    customer_base.outcome,
    weighted.officer_id,
    CAST(CAST(weighted.share AS DECIMAL(26,12)) / loan_count.n_loans AS DECIMAL(38,12)) AS weight
FROM customer_base
JOIN weighted ON weighted.customer_id = customer_base.customer_id
JOIN loan_count ON loan_count.customer_id = customer_base.customer_id
