-- name: indicator_sum
-- title: Sums of the evidence by officer, branch, segment and bank | 指标汇总（客户经理、机构、分组、全行）
-- kind: base
-- keep: yes
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: One row per indicator, grain and code; grain is officer, branch, industry, product, size_band, region, customer_type or bank (code BANK). All grains are sums of
--   the same rows, so that the codes of each grain add up to the bank. A segment of which no evidence at all has a code is left out. n counts the distinct keys that
--   carry a numerator or a denominator; a key shared by two officers counts once in the branch and in the bank.

WITH holding AS (
    SELECT
        indicator_id,
        officer_id,
        loan_id,
        customer_id,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        count(*) AS n
    FROM evidence_key
    GROUP BY indicator_id, officer_id, loan_id, customer_id
),

cell AS (
    -- Added up by all codes together first, so that the grains have few rows to add.
    SELECT
        holding.indicator_id,
        evidence_holder.officer_id,
        evidence_holder.branch_id,
        evidence_holder.industry,
        evidence_holder.product,
        evidence_holder.size_band,
        evidence_holder.region,
        evidence_holder.customer_type,
        sum(holding.numerator) AS numerator,
        sum(holding.denominator) AS denominator,
        sum(holding.n) AS n
    FROM evidence_holder
    JOIN holding
      ON holding.loan_id = evidence_holder.loan_id
     AND holding.officer_id = evidence_holder.officer_id
     AND holding.customer_id = evidence_holder.customer_id
    GROUP BY
        holding.indicator_id,
        evidence_holder.officer_id,
        evidence_holder.branch_id,
        evidence_holder.industry,
        evidence_holder.product,
        evidence_holder.size_band,
        evidence_holder.region,
        evidence_holder.customer_type
),

shared_key AS (
    SELECT indicator_id, key
    FROM evidence_key
    GROUP BY indicator_id, key
    HAVING count(*) > 1
),

part AS (
    -- The cells, and each row of a key that has several, to be counted once in every grain in which they meet.
    SELECT
        indicator_id,
        officer_id,
        branch_id,
        industry,
        product,
        size_band,
        region,
        customer_type,
        CAST(NULL AS VARCHAR) AS key,
        numerator,
        denominator,
        n
    FROM cell
    UNION ALL
    SELECT
        evidence_key.indicator_id,
        evidence_holder.officer_id,
        evidence_holder.branch_id,
        evidence_holder.industry,
        evidence_holder.product,
        evidence_holder.size_band,
        evidence_holder.region,
        evidence_holder.customer_type,
        evidence_key.key,
        CAST(0 AS DECIMAL(38,12)) AS numerator,
        CAST(0 AS DECIMAL(38,12)) AS denominator,
        CAST(0 AS BIGINT) AS n
    FROM shared_key
    JOIN evidence_key
      ON evidence_key.key = shared_key.key
     AND evidence_key.indicator_id = shared_key.indicator_id
    JOIN evidence_holder
      ON evidence_holder.loan_id = evidence_key.loan_id
     AND evidence_holder.officer_id = evidence_key.officer_id
     AND evidence_holder.customer_id = evidence_key.customer_id
),

grained AS (
    SELECT
        indicator_id,
        CASE
            WHEN grouping(officer_id) = 0 THEN 'officer'
            WHEN grouping(branch_id) = 0 THEN 'branch'
            WHEN grouping(industry) = 0 THEN 'industry'
            WHEN grouping(product) = 0 THEN 'product'
            WHEN grouping(size_band) = 0 THEN 'size_band'
            WHEN grouping(region) = 0 THEN 'region'
            WHEN grouping(customer_type) = 0 THEN 'customer_type'
            ELSE 'bank'
        END AS grain,
        coalesce(officer_id, branch_id, industry, product, size_band, region, customer_type, 'BANK') AS code,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        CASE WHEN key IS NULL THEN sum(n) ELSE 1 - count(*) END AS n
    FROM part
    GROUP BY GROUPING SETS (
        (indicator_id, key, officer_id),
        (indicator_id, key, branch_id),
        (indicator_id, key, industry),
        (indicator_id, key, product),
        (indicator_id, key, size_band),
        (indicator_id, key, region),
        (indicator_id, key, customer_type),
        (indicator_id, key)
    )
),

summed AS (
    SELECT
        indicator_id,
        grain,
        code,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator,
        sum(n) AS n
    FROM grained
    GROUP BY indicator_id, grain, code
),

coded AS (
    SELECT
        indicator_id,
        grain,
        code,
        numerator,
        denominator,
        n,
        max(CASE WHEN code <> 'UNKNOWN' THEN 1 ELSE 0 END) OVER (PARTITION BY grain) AS has_codes
    FROM summed
)

SELECT
    indicator_id,
    grain,
    code,
    CAST(numerator AS DECIMAL(38,12)) AS numerator,
    CAST(denominator AS DECIMAL(38,12)) AS denominator,
    CAST(n AS BIGINT) AS n
FROM coded
WHERE has_codes = 1
