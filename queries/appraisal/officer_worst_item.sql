-- name: officer_worst_item
-- title: Items that cost most | 拖累最大的明细
-- kind: appraisal
-- needs: scheme
-- grain: officer_id, indicator_id, place
-- source: evidence behind what an officer lost
-- edges: Up to five keys per officer and indicator of the scheme, the worst first, the smaller key on a tie; UNASSIGNED is nobody. harm is by how much the key makes the value worse than that of the bank, in the unit of the numerator:
--   numerator less denominator x bank value where lower is better, the other way round where higher is. For counts and amounts it is the numerator, less it where higher is better. Only keys with harm above 0. Medians and rank correlations have none.

WITH bank AS (
    SELECT
        bank_indicator.indicator_id,
        indicator.better,
        CASE WHEN indicator.aggregate = 'sum' THEN CAST(0 AS DOUBLE) ELSE coalesce(bank_indicator.raw_value, 0) END AS bank_value
    FROM bank_indicator
    JOIN indicator ON indicator.indicator_id = bank_indicator.indicator_id
    JOIN scheme_indicator ON scheme_indicator.indicator_id = bank_indicator.indicator_id
    WHERE scheme_indicator.weight IS NOT NULL
      AND indicator.aggregate IN ('ratio', 'share', 'sum')
),

item AS (
    SELECT
        evidence_key.officer_id,
        evidence_key.indicator_id,
        evidence_key.key,
        max(evidence_key.loan_id) AS loan_id,
        max(evidence_key.customer_id) AS customer_id,
        CAST(sum(evidence_key.numerator) AS DECIMAL(38,12)) AS numerator,
        CAST(sum(evidence_key.denominator) AS DECIMAL(38,12)) AS denominator
    FROM evidence_key
    JOIN bank ON bank.indicator_id = evidence_key.indicator_id
    WHERE evidence_key.officer_id <> 'UNASSIGNED'
    GROUP BY evidence_key.officer_id, evidence_key.indicator_id, evidence_key.key
),

harmful AS (
    SELECT
        item.officer_id,
        item.indicator_id,
        item.key,
        item.loan_id,
        item.customer_id,
        item.numerator,
        item.denominator,
        CASE WHEN bank.better = 'lower' THEN 1 ELSE -1 END
            * (CAST(item.numerator AS DOUBLE) - CAST(item.denominator AS DOUBLE) * bank.bank_value) AS harm
    FROM item
    JOIN bank ON bank.indicator_id = item.indicator_id
),

ranked AS (
    SELECT
        officer_id,
        indicator_id,
        row_number() OVER (PARTITION BY officer_id, indicator_id ORDER BY harm DESC, key) AS place,
        key,
        loan_id,
        customer_id,
        numerator,
        denominator,
        harm
    FROM harmful
    WHERE harm > 0
)

SELECT
    officer_id,
    indicator_id,
    CAST(place AS BIGINT) AS place,
    key,
    NULLIF(loan_id, '') AS loan_id,
    NULLIF(customer_id, '') AS customer_id,
    numerator,
    denominator,
    harm
FROM ranked
WHERE place <= 5
