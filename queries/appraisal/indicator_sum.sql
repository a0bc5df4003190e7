-- name: indicator_sum
-- title: Sums of the evidence by officer, branch, segment and bank | 指标汇总（客户经理、机构、分组、全行）
-- kind: base
-- keep: yes
-- source: an indicator is its evidence: every grain is a sum of the same rows
-- edges: One row per indicator, grain and code; grain is officer, branch, industry, product, size_band, region, customer_type or bank (code BANK). All grains are sums of
--   the same rows, so that the codes of each grain add up to the bank. A segment of which no evidence at all has a code is left out. n counts the distinct keys that
--   carry a numerator or a denominator; a key shared by two officers counts once in the branch and in the bank.

WITH summed AS (
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
        count(DISTINCT key) AS n
    FROM described_evidence
    GROUP BY GROUPING SETS (
        (indicator_id, officer_id),
        (indicator_id, branch_id),
        (indicator_id, industry),
        (indicator_id, product),
        (indicator_id, size_band),
        (indicator_id, region),
        (indicator_id, customer_type),
        (indicator_id)
    )
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
    n
FROM coded
WHERE has_codes = 1
