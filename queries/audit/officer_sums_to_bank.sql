-- name: officer_sums_to_bank
-- title: Officer sums equal the portfolio | 客户经理合计等于全行
-- kind: audit
-- severity: error
-- source: what officers answer for adds up to the book
-- edges: Compares the evidence of six indicators, UNASSIGNED included, with portfolio_metric, which never looks at owners. Exact to the last digit, no
--   tolerance. An indicator or a metric that misses its input is not compared; no evidence at all counts as 0.

WITH compared_indicator AS (
    SELECT indicator_id
    FROM indicator
    WHERE missing_input IS NULL
      AND indicator_id IN ('npl_ratio', 'npl_ratio_with_writeoff', 'overdue_ratio', 'par_30', 'par_90', 'classification_deviation')
),

officer_total AS (
    SELECT
        indicator_id,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator
    FROM evidence
    GROUP BY indicator_id
)

SELECT
    compared_indicator.indicator_id AS key,
    concat(
        'The officers of ', compared_indicator.indicator_id,
        ' add up to ', CAST(coalesce(officer_total.numerator, 0) AS TEXT), ' over ', CAST(coalesce(officer_total.denominator, 0) AS TEXT),
        ', the portfolio is ', CAST(coalesce(portfolio_metric.numerator, 0) AS TEXT),
        ' over ', CAST(coalesce(portfolio_metric.denominator, 0) AS TEXT), '.'
    ) AS detail
FROM compared_indicator
JOIN portfolio_metric ON portfolio_metric.metric_id = compared_indicator.indicator_id
LEFT JOIN officer_total ON officer_total.indicator_id = compared_indicator.indicator_id
WHERE coalesce(portfolio_metric.reason_code, '') <> 'MISSING_INPUT'
  AND (coalesce(officer_total.numerator, 0) <> coalesce(portfolio_metric.numerator, 0)
       OR coalesce(officer_total.denominator, 0) <> coalesce(portfolio_metric.denominator, 0))
