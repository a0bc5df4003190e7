-- name: customer
-- title: Customers, with those that only a loan names | 客户（含仅由贷款引用的客户）
-- kind: base
-- source: customers are known from the loans that name them
-- edges: An id named by a loan without a row of its own has every other column empty. Ids named only by warnings, complaints
--   or guarantees are not added, because no loan of theirs is measured.

WITH named_customer AS (
    SELECT DISTINCT customer_id
    FROM input.loan
    WHERE customer_id IS NOT NULL
)

SELECT
    coalesce(delivered.customer_id, named_customer.customer_id) AS customer_id,
    delivered.group_id,
    delivered.customer_type,
    delivered.segment,
    delivered.size_band,
    delivered.industry_code,
    delivered.region,
    delivered.is_retail,
    delivered.source_system,
    delivered.batch_id,
    delivered.known_at
FROM input.customer AS delivered
FULL JOIN named_customer ON named_customer.customer_id = delivered.customer_id
