-- name: alert_segment
-- title: Segments of an alert | 预警事件所属分组
-- kind: base
-- source: loan_segment
-- edges: Alerts of all warnings of the bank together, excluded ones too, by branch, industry, product, region, size_band and customer_type. An alert on a loan has the codes of the loan, with weight 1. One on
--   a whole customer is spread over the loans of the customer that are live on the day it began (originated by then or without a date, not ended before), in equal parts; without a live loan it has
--   no segment. The weight of a code is the number of these loans that have it over their number, divided once: a customer whose
--   three loans are of one branch counts 1 there, not three rounded thirds. The weights of an alert add up to 1 in each dimension but for the twelfth digit.

WITH alert_loan AS (
    SELECT alert_id, loan_id, 1 AS n_loans
    FROM alert
    WHERE loan_id IS NOT NULL
    UNION ALL
    SELECT alert.alert_id, loan.loan_id, count(*) OVER (PARTITION BY alert.alert_id) AS n_loans
    FROM alert
    JOIN loan ON loan.customer_id = alert.customer_id
    WHERE alert.loan_id IS NULL
      AND (loan.origination_date IS NULL OR loan.origination_date <= alert.start_date)
      AND (loan.ended_on IS NULL OR loan.ended_on >= alert.start_date)
),

described AS (
    SELECT
        alert_loan.alert_id,
        alert_loan.n_loans,
        loan_segment.branch,
        loan_segment.industry,
        loan_segment.product,
        loan_segment.region,
        loan_segment.size_band,
        loan_segment.customer_type
    FROM alert_loan
    JOIN loan_segment ON loan_segment.loan_id = alert_loan.loan_id
),

segment AS (
    SELECT alert_id, 'branch' AS split, branch AS code, n_loans FROM described
    UNION ALL
    SELECT alert_id, 'industry' AS split, industry AS code, n_loans FROM described
    UNION ALL
    SELECT alert_id, 'product' AS split, product AS code, n_loans FROM described
    UNION ALL
    SELECT alert_id, 'region' AS split, region AS code, n_loans FROM described
    UNION ALL
    SELECT alert_id, 'size_band' AS split, size_band AS code, n_loans FROM described
    UNION ALL
    SELECT alert_id, 'customer_type' AS split, customer_type AS code, n_loans FROM described
)

SELECT alert_id, split, code, CAST(CAST(count(*) AS DECIMAL(26,12)) / n_loans AS DECIMAL(38,12)) AS weight
FROM segment
GROUP BY alert_id, split, code, n_loans
