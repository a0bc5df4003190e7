-- Loans of the last four month-ends by segment: the one scan that everything else of W2 is made from.
SELECT
    l.branch_id,
    c.industry_code,
    l.product_code,
    s.snapshot_date,
    count(*) AS n_loans,
    sum(principal_balance) AS balance,
    sum(CASE WHEN five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS') THEN principal_balance ELSE 0 END) AS npl_balance,
    sum(pastdue_principal_amount + pastdue_interest_amount) AS arrears,
    sum(CAST(principal_balance AS DOUBLE) * pd * lgd) AS el,
    sum(CASE WHEN days_past_due <= 0 THEN principal_balance ELSE 0 END) AS bal_b0,
    sum(CASE WHEN days_past_due BETWEEN 1 AND 30 THEN principal_balance ELSE 0 END) AS bal_b1,
    sum(CASE WHEN days_past_due BETWEEN 31 AND 60 THEN principal_balance ELSE 0 END) AS bal_b2,
    sum(CASE WHEN days_past_due BETWEEN 61 AND 90 THEN principal_balance ELSE 0 END) AS bal_b3,
    sum(CASE WHEN days_past_due BETWEEN 91 AND 180 THEN principal_balance ELSE 0 END) AS bal_b4,
    sum(CASE WHEN days_past_due BETWEEN 181 AND 270 THEN principal_balance ELSE 0 END) AS bal_b5,
    sum(CASE WHEN days_past_due BETWEEN 271 AND 360 THEN principal_balance ELSE 0 END) AS bal_b6,
    sum(CASE WHEN days_past_due > 360 THEN principal_balance ELSE 0 END) AS bal_b7,
    sum(CASE WHEN days_past_due <= 0 THEN 1 ELSE 0 END) AS n_b0,
    sum(CASE WHEN days_past_due BETWEEN 1 AND 30 THEN 1 ELSE 0 END) AS n_b1,
    sum(CASE WHEN days_past_due BETWEEN 31 AND 60 THEN 1 ELSE 0 END) AS n_b2,
    sum(CASE WHEN days_past_due BETWEEN 61 AND 90 THEN 1 ELSE 0 END) AS n_b3,
    sum(CASE WHEN days_past_due BETWEEN 91 AND 180 THEN 1 ELSE 0 END) AS n_b4,
    sum(CASE WHEN days_past_due BETWEEN 181 AND 270 THEN 1 ELSE 0 END) AS n_b5,
    sum(CASE WHEN days_past_due BETWEEN 271 AND 360 THEN 1 ELSE 0 END) AS n_b6,
    sum(CASE WHEN days_past_due > 360 THEN 1 ELSE 0 END) AS n_b7
FROM loan_snapshot AS s
JOIN loan AS l ON l.loan_id = s.loan_id
JOIN customer AS c ON c.customer_id = l.customer_id
WHERE s.snapshot_date IN (DATE '{M0}', DATE '{M1}', DATE '{M2}', DATE '{M3}')
  AND s.status = 'ACTIVE'
GROUP BY l.branch_id, c.industry_code, l.product_code, s.snapshot_date
