-- name: segment_history
-- title: Segments at the last four quarter ends | 分组近四季情况
-- kind: base
-- keep: yes
-- grain: dimension, code, quarters_back
-- source: npl_ratio and npl_formation_rate over the loans of a segment, whoever holds them
-- edges: quarters_back 0 to 3 of quarter_end, a row where the segment has a loan or a default. Balances are those of ACTIVE loans on the date;
--   default_amount is the exposure of the default episodes that began in the quarter before the date (after the date before, up to and including it),
--   formation_base the performing balance at its start plus what was paid out in it, as in npl_formation_rate. Both are empty where the data have no
--   snapshot at its start.

WITH quarter AS (
    SELECT
        this_end.quarters_back,
        this_end.snapshot_date,
        before.snapshot_date AS previous_date
    FROM quarter_end AS this_end
    JOIN quarter_end AS before ON before.quarters_back = this_end.quarters_back + 1
    WHERE this_end.snapshot_date IS NOT NULL
),

stock AS (
    SELECT
        loan_month.loan_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        loan_month.is_npl
    FROM quarter_end
    JOIN loan_month ON loan_month.snapshot_date = quarter_end.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
),

disbursement AS (
    SELECT loan_id, event_date AS paid_on, amount
    FROM loan_event
    WHERE event_type = 'DISBURSEMENT'
    UNION ALL
    SELECT loan.loan_id, loan.origination_date AS paid_on, loan.origination_amount AS amount
    FROM loan
    WHERE loan.origination_date >= (SELECT min(snapshot_date) FROM quarter_end)
      AND NOT EXISTS (SELECT 1 FROM loan_event WHERE loan_event.loan_id = loan.loan_id AND loan_event.event_type = 'DISBURSEMENT')
),

fact AS (
    SELECT
        stock.loan_id,
        quarter.quarters_back,
        stock.principal_balance AS balance,
        CASE WHEN stock.is_npl THEN stock.principal_balance END AS npl_balance,
        CAST(NULL AS DECIMAL(18,2)) AS default_amount,
        CAST(NULL AS DECIMAL(18,2)) AS base_amount
    FROM quarter
    JOIN stock ON stock.snapshot_date = quarter.snapshot_date
    UNION ALL
    SELECT
        stock.loan_id,
        quarter.quarters_back,
        CAST(NULL AS DECIMAL(18,2)) AS balance,
        CAST(NULL AS DECIMAL(18,2)) AS npl_balance,
        CAST(NULL AS DECIMAL(18,2)) AS default_amount,
        stock.principal_balance AS base_amount
    FROM quarter
    JOIN stock ON stock.snapshot_date = quarter.previous_date
    WHERE NOT stock.is_npl
    UNION ALL
    SELECT
        disbursement.loan_id,
        quarter.quarters_back,
        CAST(NULL AS DECIMAL(18,2)) AS balance,
        CAST(NULL AS DECIMAL(18,2)) AS npl_balance,
        CAST(NULL AS DECIMAL(18,2)) AS default_amount,
        disbursement.amount AS base_amount
    FROM quarter
    CROSS JOIN disbursement
    WHERE disbursement.paid_on > quarter.previous_date
      AND disbursement.paid_on <= quarter.snapshot_date
    UNION ALL
    SELECT
        default_episode.loan_id,
        quarter.quarters_back,
        CAST(NULL AS DECIMAL(18,2)) AS balance,
        CAST(NULL AS DECIMAL(18,2)) AS npl_balance,
        default_episode.ead AS default_amount,
        CAST(NULL AS DECIMAL(18,2)) AS base_amount
    FROM quarter
    CROSS JOIN default_episode
    WHERE default_episode.default_date > quarter.previous_date
      AND default_episode.default_date <= quarter.snapshot_date
),

by_loan AS (
    SELECT
        loan_id,
        quarters_back,
        coalesce(sum(balance), 0) AS balance,
        coalesce(sum(npl_balance), 0) AS npl_balance,
        coalesce(sum(default_amount), 0) AS default_amount,
        coalesce(sum(base_amount), 0) AS base_amount
    FROM fact
    GROUP BY loan_id, quarters_back
),

described AS (
    SELECT
        loan_segment.industry,
        loan_segment.product,
        loan_segment.region,
        loan_segment.size_band,
        loan_segment.customer_type,
        loan_segment.branch,
        loan_segment.vintage,
        by_loan.quarters_back,
        by_loan.balance,
        by_loan.npl_balance,
        by_loan.default_amount,
        by_loan.base_amount
    FROM by_loan
    JOIN loan_segment ON loan_segment.loan_id = by_loan.loan_id
),

summed AS (
    SELECT
        CASE
            WHEN grouping(industry) = 0 THEN 'industry'
            WHEN grouping(product) = 0 THEN 'product'
            WHEN grouping(region) = 0 THEN 'region'
            WHEN grouping(size_band) = 0 THEN 'size_band'
            WHEN grouping(customer_type) = 0 THEN 'customer_type'
            WHEN grouping(branch) = 0 THEN 'branch'
            ELSE 'vintage'
        END AS dimension,
        coalesce(industry, product, region, size_band, customer_type, branch, vintage) AS code,
        quarters_back,
        sum(balance) AS balance,
        sum(npl_balance) AS npl_balance,
        sum(default_amount) AS default_amount,
        sum(base_amount) AS base_amount
    FROM described
    GROUP BY GROUPING SETS (
        (quarters_back, industry),
        (quarters_back, product),
        (quarters_back, region),
        (quarters_back, size_band),
        (quarters_back, customer_type),
        (quarters_back, branch),
        (quarters_back, vintage)
    )
)

SELECT
    summed.dimension,
    summed.code,
    summed.quarters_back,
    CAST(summed.balance AS DECIMAL(38,2)) AS balance,
    CAST(summed.npl_balance AS DECIMAL(38,2)) AS npl_balance,
    CASE WHEN quarter.previous_date IS NOT NULL THEN CAST(summed.default_amount AS DECIMAL(38,2)) END AS default_amount,
    CASE WHEN quarter.previous_date IS NOT NULL THEN CAST(summed.base_amount AS DECIMAL(38,2)) END AS formation_base
FROM summed
JOIN quarter ON quarter.quarters_back = summed.quarters_back
