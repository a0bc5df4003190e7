-- name: portfolio_segment
-- title: Risk and return by segment | 分组风险与收益
-- kind: portfolio
-- grain: dimension, code
-- needs: loan_snapshot.status
-- params: period_end DATE
-- source: risk_adjusted_yield, npl_ratio and npl_formation_rate over the loans of a segment, whoever holds them; RAROC family
-- edges: Dimensions industry, product, region, size_band, customer_type, branch and vintage (quarter of origination); UNKNOWN for loans without a
--   code, and a dimension no loan has a code of is left out. A row where a loan counts in the average balance, the closing balance or the formation.
--   n_loans are those on the book on the closing date, as closing_balance: a loan that left in the period counts in avg_balance only. avg_balance is
--   the chronological mean, 0 for a loan off the book on a date. Rates with a zero denominator are NULL, those of an indicator whose input is missing
--   too; npl_ratio also where no loan on the book has a class. reason_code says why risk_adjusted_yield is empty. share is that of the closing balance
--   of the dimension, growth the change from the opening to the closing balance. npl_formation_rate, raroc and pricing_adequacy_rate are the quotients
--   of the sums of their evidence on the loans of the segment; evidence without a loan is in no segment. npl_ratio_trend is the NPL ratio over the
--   last three quarter ends together less that over the three of a quarter earlier; formation_trend the same for the formation rates of three quarters
--   each, as a relative change (0.25 is a quarter more). Quarter ends are those of quarter_end, counted back from the closing date whatever the length
--   of the period; a trend is empty where one of them is missing or a denominator is 0. risk_rate is npl_ratio, and with fewer than ten non-performing
--   loans it is drawn towards the ratio of the dimension: that ratio plus credibility times the difference (segment_credibility, if it has a row).
--   outlook is the latest of segment_outlook up to the period end.

WITH loan_figure AS (
    -- What every loan adds, from the evidence of the bank's own indicators.
    SELECT
        loan_id,
        sum(CASE WHEN rule_code = 'INTEREST' THEN numerator ELSE CAST(0 AS DECIMAL(38,12)) END) AS interest,
        sum(CASE WHEN rule_code = 'EXPECTED_LOSS' THEN -numerator ELSE CAST(0 AS DECIMAL(38,12)) END) AS expected_loss,
        sum(numerator) AS risk_adjusted,
        sum(denominator) AS avg_balance
    FROM risk_adjusted_yield
    GROUP BY loan_id
),

loan_evidence AS (
    SELECT
        loan_id,
        sum(CASE WHEN indicator_id = 'npl_formation_rate' THEN numerator END) AS formation,
        sum(CASE WHEN indicator_id = 'npl_formation_rate' THEN denominator END) AS formation_base,
        sum(CASE WHEN indicator_id = 'raroc' THEN numerator END) AS raroc,
        sum(CASE WHEN indicator_id = 'raroc' THEN denominator END) AS raroc_base,
        sum(CASE WHEN indicator_id = 'pricing_adequacy_rate' THEN numerator END) AS adequate,
        sum(CASE WHEN indicator_id = 'pricing_adequacy_rate' THEN denominator END) AS priced
    FROM evidence
    WHERE indicator_id IN ('npl_formation_rate', 'raroc', 'pricing_adequacy_rate')
      AND loan_id IS NOT NULL
    GROUP BY loan_id
),

known AS (
    SELECT
        count(CASE WHEN indicator_id = 'risk_adjusted_yield' AND missing_input IS NULL THEN 1 END) > 0 AS knows_risk_adjusted,
        count(CASE WHEN indicator_id = 'net_interest_margin' AND missing_input IS NULL THEN 1 END) > 0 AS knows_interest
    FROM indicator
),

opening AS (
    SELECT loan_id, principal_balance
    FROM loan_month
    WHERE snapshot_date = (SELECT open_date FROM reporting_date)
      AND status = 'ACTIVE'
),

closing AS (
    SELECT
        loan_id,
        principal_balance,
        is_npl
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
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
        CASE WHEN closing.loan_id IS NOT NULL THEN 1 ELSE 0 END AS n_loans,
        coalesce(loan_figure.interest, CAST(0 AS DECIMAL(38,12))) AS interest,
        coalesce(loan_figure.expected_loss, CAST(0 AS DECIMAL(38,12))) AS expected_loss,
        coalesce(loan_figure.risk_adjusted, CAST(0 AS DECIMAL(38,12))) AS risk_adjusted,
        coalesce(loan_figure.avg_balance, CAST(0 AS DECIMAL(38,12))) AS avg_balance,
        coalesce(opening.principal_balance, CAST(0 AS DECIMAL(18,2))) AS opening_balance,
        coalesce(closing.principal_balance, CAST(0 AS DECIMAL(18,2))) AS closing_balance,
        CASE WHEN closing.is_npl THEN closing.principal_balance ELSE CAST(0 AS DECIMAL(18,2)) END AS npl_balance,
        CASE WHEN closing.is_npl THEN 1 ELSE 0 END AS n_npl_loans,
        CASE WHEN closing.is_npl IS NOT NULL THEN 1 ELSE 0 END AS n_with_class,
        loan_evidence.formation,
        loan_evidence.formation_base,
        loan_evidence.raroc,
        loan_evidence.raroc_base,
        loan_evidence.adequate,
        loan_evidence.priced
    FROM loan_segment
    LEFT JOIN loan_figure ON loan_figure.loan_id = loan_segment.loan_id
    LEFT JOIN opening ON opening.loan_id = loan_segment.loan_id
    LEFT JOIN closing ON closing.loan_id = loan_segment.loan_id
    LEFT JOIN loan_evidence ON loan_evidence.loan_id = loan_segment.loan_id
    WHERE loan_figure.loan_id IS NOT NULL
       OR closing.loan_id IS NOT NULL
       OR loan_evidence.loan_id IS NOT NULL
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
        sum(n_loans) AS n_loans,
        sum(interest) AS interest,
        sum(expected_loss) AS expected_loss,
        sum(risk_adjusted) AS risk_adjusted,
        sum(avg_balance) AS avg_balance,
        sum(opening_balance) AS opening_balance,
        sum(closing_balance) AS closing_balance,
        sum(npl_balance) AS npl_balance,
        sum(n_npl_loans) AS n_npl_loans,
        sum(n_with_class) AS n_with_class,
        sum(formation) AS formation,
        sum(formation_base) AS formation_base,
        sum(raroc) AS raroc,
        sum(raroc_base) AS raroc_base,
        sum(adequate) AS adequate,
        sum(priced) AS priced
    FROM described
    GROUP BY GROUPING SETS ((industry), (product), (region), (size_band), (customer_type), (branch), (vintage))
),

coded AS (
    SELECT
        *,
        sum(closing_balance) OVER (PARTITION BY dimension) AS dimension_balance,
        sum(npl_balance) OVER (PARTITION BY dimension) AS dimension_npl,
        max(CASE WHEN code <> 'UNKNOWN' THEN 1 ELSE 0 END) OVER (PARTITION BY dimension) AS has_codes
    FROM summed
),

past AS (
    -- The last three quarters and the three of a quarter earlier; both need the dates at their ends.
    SELECT
        dimension,
        code,
        sum(CASE WHEN quarters_back <= 2 THEN balance END) AS balance_late,
        sum(CASE WHEN quarters_back <= 2 THEN npl_balance END) AS npl_late,
        sum(CASE WHEN quarters_back >= 1 THEN balance END) AS balance_early,
        sum(CASE WHEN quarters_back >= 1 THEN npl_balance END) AS npl_early,
        sum(CASE WHEN quarters_back <= 2 THEN formation_base END) AS base_late,
        sum(CASE WHEN quarters_back <= 2 THEN default_amount END) AS default_late,
        sum(CASE WHEN quarters_back >= 1 THEN formation_base END) AS base_early,
        sum(CASE WHEN quarters_back >= 1 THEN default_amount END) AS default_early
    FROM segment_history
    GROUP BY dimension, code
),

dated AS (
    SELECT
        count(CASE WHEN quarters_back <= 3 THEN snapshot_date END) = 4 AS has_stocks,
        count(snapshot_date) = 5 AS has_flows
    FROM quarter_end
),

viewed AS (
    SELECT
        dimension,
        code,
        first_value(outlook ORDER BY as_of DESC) AS outlook,
        max(as_of) AS outlook_as_of
    FROM segment_outlook
    WHERE as_of <= $period_end
    GROUP BY dimension, code
),

trended AS (
    SELECT
        past.dimension,
        past.code,
        CASE
            WHEN dated.has_stocks AND past.balance_late > 0 AND past.balance_early > 0
                THEN CAST(past.npl_late AS DOUBLE) / CAST(past.balance_late AS DOUBLE)
                    - CAST(past.npl_early AS DOUBLE) / CAST(past.balance_early AS DOUBLE)
        END AS npl_ratio_trend,
        CASE
            WHEN dated.has_flows AND past.base_late > 0 THEN CAST(past.default_late AS DOUBLE) / CAST(past.base_late AS DOUBLE)
        END AS formation_late,
        CASE
            WHEN dated.has_flows AND past.base_early > 0 THEN CAST(past.default_early AS DOUBLE) / CAST(past.base_early AS DOUBLE)
        END AS formation_early
    FROM past
    CROSS JOIN dated
)

SELECT
    coded.dimension,
    coded.code,
    CAST(coded.avg_balance AS DECIMAL(38,12)) AS avg_balance,
    CAST(coded.closing_balance AS DECIMAL(18,2)) AS closing_balance,
    CAST(coded.npl_balance AS DECIMAL(18,2)) AS npl_balance,
    CASE
        WHEN coded.closing_balance > 0 AND coded.n_with_class > 0 THEN CAST(coded.npl_balance AS DOUBLE) / CAST(coded.closing_balance AS DOUBLE)
    END AS npl_ratio,
    CASE WHEN known.knows_interest AND coded.avg_balance > 0 THEN CAST(coded.interest AS DOUBLE) / CAST(coded.avg_balance AS DOUBLE) END AS gross_yield,
    CASE
        WHEN known.knows_risk_adjusted AND coded.avg_balance > 0 THEN CAST(coded.expected_loss AS DOUBLE) / CAST(coded.avg_balance AS DOUBLE)
    END AS el_rate,
    CASE
        WHEN known.knows_risk_adjusted AND coded.avg_balance > 0 THEN CAST(coded.risk_adjusted AS DOUBLE) / CAST(coded.avg_balance AS DOUBLE)
    END AS risk_adjusted_yield,
    CAST(coded.n_loans AS BIGINT) AS n_loans,
    CASE WHEN coded.dimension_balance > 0 THEN CAST(coded.closing_balance AS DOUBLE) / CAST(coded.dimension_balance AS DOUBLE) END AS share,
    CAST(coded.opening_balance AS DECIMAL(18,2)) AS opening_balance,
    CASE
        WHEN coded.opening_balance > 0
            THEN CAST(coded.closing_balance - coded.opening_balance AS DOUBLE) / CAST(coded.opening_balance AS DOUBLE)
    END AS growth,
    CASE WHEN coded.formation_base > 0 THEN CAST(coded.formation AS DOUBLE) / CAST(coded.formation_base AS DOUBLE) END AS npl_formation_rate,
    CASE WHEN coded.raroc_base > 0 THEN CAST(coded.raroc AS DOUBLE) / CAST(coded.raroc_base AS DOUBLE) END AS raroc,
    CASE WHEN coded.priced > 0 THEN CAST(coded.adequate AS DOUBLE) / CAST(coded.priced AS DOUBLE) END AS pricing_adequacy_rate,
    trended.npl_ratio_trend,
    trended.formation_late AS formation_three_quarters,
    trended.formation_early AS formation_quarter_before,
    CASE WHEN trended.formation_early > 0 THEN trended.formation_late / trended.formation_early - 1 END AS formation_trend,
    CAST(coded.n_npl_loans AS BIGINT) AS n_npl_loans,
    segment_credibility.credibility,
    CASE
        WHEN coded.closing_balance > 0 AND coded.n_with_class > 0 THEN
            CASE
                WHEN coded.n_npl_loans < 10 AND segment_credibility.credibility IS NOT NULL
                    THEN CAST(coded.dimension_npl AS DOUBLE) / CAST(coded.dimension_balance AS DOUBLE) * (1 - segment_credibility.credibility)
                        + CAST(coded.npl_balance AS DOUBLE) / CAST(coded.closing_balance AS DOUBLE) * segment_credibility.credibility
                ELSE CAST(coded.npl_balance AS DOUBLE) / CAST(coded.closing_balance AS DOUBLE)
            END
    END AS risk_rate,
    viewed.outlook,
    viewed.outlook_as_of,
    CASE
        WHEN NOT known.knows_risk_adjusted THEN 'MISSING_INPUT'
        WHEN coded.avg_balance = 0 THEN 'NO_EXPOSURE'
    END AS reason_code
FROM coded
CROSS JOIN known
LEFT JOIN trended ON trended.dimension = coded.dimension AND trended.code = coded.code
LEFT JOIN segment_credibility ON segment_credibility.dimension = coded.dimension AND segment_credibility.code = coded.code
LEFT JOIN viewed ON viewed.dimension = coded.dimension AND viewed.code = coded.code
WHERE coded.has_codes = 1
