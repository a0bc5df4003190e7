-- name: indicator_statistic
-- title: Medians and rank correlations of the evidence | 中位数与秩相关类指标
-- kind: base
-- source: indicators that are no ratio of sums: aggregate median and rank_correlation
-- edges: Only indicators of these two aggregates, all grains of indicator_sum. Rows that several officers share count once in each grain. The median is that of the
--   numerators, of an even number the mean of the middle two. The rank correlation is Kendall's tau-b between numerator and denominator inside each rule code; cells of
--   fewer than 10 rows are left out, the others weigh with their number of rows; a cell in which one of the two never changes has no correlation and is left out.

WITH special AS (
    SELECT
        described_evidence.indicator_id,
        indicator.aggregate,
        described_evidence.officer_id,
        described_evidence.branch_id,
        described_evidence.industry,
        described_evidence.product,
        described_evidence.size_band,
        described_evidence.region,
        described_evidence.customer_type,
        described_evidence.key,
        described_evidence.rule_code,
        described_evidence.numerator,
        described_evidence.denominator
    FROM described_evidence
    JOIN indicator ON indicator.indicator_id = described_evidence.indicator_id
    WHERE indicator.aggregate IN ('median', 'rank_correlation')
),

counted_once AS (
    SELECT
        indicator_id,
        aggregate,
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
        key,
        rule_code,
        numerator,
        denominator
    FROM special
    GROUP BY GROUPING SETS (
        (indicator_id, aggregate, key, rule_code, numerator, denominator, officer_id),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, branch_id),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, industry),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, product),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, size_band),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, region),
        (indicator_id, aggregate, key, rule_code, numerator, denominator, customer_type),
        (indicator_id, aggregate, key, rule_code, numerator, denominator)
    )
),

cell AS (
    SELECT
        indicator_id,
        grain,
        code,
        rule_code,
        count(*) AS n,
        kendall_tau_b(CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE)) AS correlation
    FROM counted_once
    WHERE aggregate = 'rank_correlation'
    GROUP BY indicator_id, grain, code, rule_code
    HAVING count(*) >= 10
)

SELECT
    indicator_id,
    grain,
    code,
    median(CAST(numerator AS DOUBLE)) AS statistic
FROM counted_once
WHERE aggregate = 'median'
GROUP BY indicator_id, grain, code
UNION ALL
SELECT
    indicator_id,
    grain,
    code,
    -- Decimals, so that the order in which the cells come cannot change the last digit.
    CAST(sum(CAST(n * correlation AS DECIMAL(38,18))) AS DOUBLE) / CAST(sum(n) AS DOUBLE) AS statistic
FROM cell
WHERE correlation IS NOT NULL
GROUP BY indicator_id, grain, code
