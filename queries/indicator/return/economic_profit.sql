-- name: economic_profit
-- title: Economic profit | 经济利润
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: amount
-- aggregate: sum
-- owner: as raroc
-- needs: payment.interest_paid, loan_snapshot.pd, loan_snapshot.lgd, cost_allocation.opex
-- params: hurdle_rate DECIMAL(12,8)
-- source: EP = risk-adjusted net income - hurdle x economic capital
-- edges: The rows of raroc, numerator less hurdle_rate times denominator, brought back from a year of 365 days to the days of the period, so that the amount is that of
--   the period and equals (RAROC - hurdle_rate) x capital x days / 365. In the rows FTP_COST stands with the charge for the capital of the same balance.

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(CAST(
        CAST(CAST(numerator AS DECIMAL(28,12)) - CAST(denominator AS DECIMAL(24,12)) * CAST($hurdle_rate AS DECIMAL(12,8)) AS DECIMAL(24,12))
            * (SELECT n_days FROM reporting_date) AS DECIMAL(28,12)
    ) / 365 AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    rule_code
FROM raroc
