-- name: loan_segment
-- title: Segments of every loan | 贷款所属分组
-- kind: base
-- source: segments are those of the loan and of its borrower
-- edges: One row per loan; UNKNOWN where the loan or its customer has no code. vintage is the quarter of origination.

SELECT
    loan.loan_id,
    coalesce(loan.industry_code, 'UNKNOWN') AS industry,
    coalesce(loan.product_code, 'UNKNOWN') AS product,
    coalesce(customer.region, 'UNKNOWN') AS region,
    coalesce(customer.size_band, 'UNKNOWN') AS size_band,
    coalesce(customer.customer_type, 'UNKNOWN') AS customer_type,
    coalesce(loan.branch_id, 'UNKNOWN') AS branch,
    CASE
        WHEN loan.origination_date IS NULL THEN 'UNKNOWN'
        ELSE concat(CAST(date_part('year', loan.origination_date) AS VARCHAR), 'Q', CAST(date_part('quarter', loan.origination_date) AS VARCHAR))
    END AS vintage
FROM loan
LEFT JOIN customer ON customer.customer_id = loan.customer_id
