-- name: portfolio_return
-- title: Returns of the book | 资产组合收益
-- kind: portfolio
-- grain: metric_id
-- needs: loan_snapshot.status
-- params: period_start DATE, period_end DATE
-- source: net interest margin on funds transfer prices; RAROC family; realised loss in place of expected loss
-- edges: The whole book, as the sums of the evidence of the indicators over all officers, UNASSIGNED included. interest_yield is interest received,
--   a year taken as 365 days, over the average balance; net_interest_margin, risk_adjusted_yield, raroc and economic_profit are the indicators of
--   these names. net_yield_realised is net_interest_margin less the realised loss of the period, a year taken as 365 days: write-offs less
--   WRITE_OFF_REVERSAL events less recoveries. A recovery is principal received on a loan that ended as WRITTEN_OFF, on the day of its end or later,
--   reversals taken back; its interest is interest received already. A write-off reversed in a later period is a gain of that one, so that the loss
--   may be negative. economic_profit is an amount: denominator 1. n_loans counts the loans that add anything. An indicator that the project does not
--   have has no row; one whose input is missing is NULL with MISSING_INPUT, and net_yield_realised also where loan_event has no amounts. A zero
--   denominator gives NULL with NO_EXPOSURE.

WITH added AS (
    SELECT
        indicator_id,
        count(DISTINCT loan_id) AS n_loans,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator
    FROM evidence
    WHERE indicator_id IN ('net_interest_margin', 'risk_adjusted_yield', 'raroc', 'economic_profit')
      AND (numerator <> 0 OR denominator <> 0)
    GROUP BY indicator_id
),

margin AS (
    -- The parts of the net interest margin.
    SELECT
        count(DISTINCT loan_id) AS n_loans,
        coalesce(sum(CASE WHEN rule_code = 'INTEREST' THEN numerator END), 0) AS interest,
        coalesce(sum(numerator), 0) AS margin,
        coalesce(sum(denominator), 0) AS avg_balance
    FROM evidence
    WHERE indicator_id = 'net_interest_margin'
      AND (numerator <> 0 OR denominator <> 0)
),

written_off AS (
    SELECT
        coalesce(sum(CASE WHEN loan_event.event_type = 'WRITE_OFF' THEN loan_event.amount ELSE -loan_event.amount END), 0) AS amount
    FROM loan_event
    JOIN loan ON loan.loan_id = loan_event.loan_id
    WHERE loan_event.event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL')
      AND loan_event.event_date BETWEEN $period_start AND $period_end
),

recovered AS (
    SELECT coalesce(sum(payment.principal_paid), 0) AS amount
    FROM loan
    JOIN payment ON payment.loan_id = loan.loan_id
    WHERE loan.end_type = 'WRITTEN_OFF'
      AND payment.value_date >= loan.ended_on
      AND payment.value_date BETWEEN $period_start AND $period_end
),

realised AS (
    SELECT
        CAST(CAST((written_off.amount - recovered.amount) * 365 AS DECIMAL(28,12)) / reporting_date.n_days AS DECIMAL(38,12)) AS annual_loss
    FROM written_off
    CROSS JOIN recovered
    CROSS JOIN reporting_date
),

metric AS (
    SELECT
        'interest_yield' AS metric_id,
        margin.n_loans,
        CAST(margin.interest AS DECIMAL(38,12)) AS numerator,
        CAST(margin.avg_balance AS DECIMAL(38,12)) AS denominator,
        indicator.missing_input IS NULL AS is_known
    FROM margin
    CROSS JOIN indicator
    WHERE indicator.indicator_id = 'net_interest_margin'
    UNION ALL
    SELECT
        'net_yield_realised' AS metric_id,
        margin.n_loans,
        CAST(margin.margin - realised.annual_loss AS DECIMAL(38,12)) AS numerator,
        CAST(margin.avg_balance AS DECIMAL(38,12)) AS denominator,
        indicator.missing_input IS NULL
            AND (SELECT count(*) FROM indicator WHERE indicator_id = 'npl_ratio_with_writeoff' AND missing_input LIKE '%loan_event%') = 0 AS is_known
    FROM margin
    CROSS JOIN realised
    CROSS JOIN indicator
    WHERE indicator.indicator_id = 'net_interest_margin'
    UNION ALL
    SELECT
        indicator.indicator_id AS metric_id,
        coalesce(added.n_loans, 0) AS n_loans,
        CAST(coalesce(added.numerator, 0) AS DECIMAL(38,12)) AS numerator,
        CAST(CASE WHEN indicator.aggregate = 'sum' THEN 1 ELSE coalesce(added.denominator, 0) END AS DECIMAL(38,12)) AS denominator,
        indicator.missing_input IS NULL AS is_known
    FROM indicator
    LEFT JOIN added ON added.indicator_id = indicator.indicator_id
    WHERE indicator.indicator_id IN ('net_interest_margin', 'risk_adjusted_yield', 'raroc', 'economic_profit')
)

SELECT
    metric_id,
    n_loans,
    CASE WHEN is_known THEN numerator END AS numerator,
    CASE WHEN is_known THEN denominator END AS denominator,
    CASE WHEN is_known AND denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) END AS value,
    CASE
        WHEN NOT is_known THEN 'MISSING_INPUT'
        WHEN denominator = 0 THEN 'NO_EXPOSURE'
    END AS reason_code
FROM metric
