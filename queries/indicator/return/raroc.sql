-- name: raroc
-- title: Risk-adjusted return on capital | 风险调整资本回报率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio per year
-- owner: balances: officers on each snapshot date by share; cash: officers on its value date by share; cost: the officer, or the officers of the branch by average balance
-- needs: payment.interest_paid, loan_snapshot.pd, loan_snapshot.lgd, cost_allocation.opex
-- params: period_start DATE, period_end DATE, tax_rate DECIMAL(12,8), risk_weight DECIMAL(12,8), capital_ratio DECIMAL(12,8)
-- source: RAROC = (interest + fees - FTP cost - operating cost - expected loss)(1 - tax) / economic capital
-- edges: The rows of yield_part times 1 - tax_rate over the average balance times risk_weight and capital_ratio; fees and penalty interest received in the
--   period; less the operating cost of the period. All amounts are brought to a year of 365 days; a loss saves tax as a gain costs it; no benefit is earned on
--   the capital. An officer's cost is spread over the loans by the average balance held, a branch's likewise over those of its officers; officers without an
--   average balance bear it without a loan, and that of a branch without one belongs to UNASSIGNED. A subject without a cost of the period bears none.

WITH held AS (
    SELECT
        officer_id,
        loan_id,
        customer_id,
        CAST(sum(denominator) AS DECIMAL(22,4)) AS balance
    FROM yield_part
    WHERE rule_code = 'FTP_COST'
    GROUP BY officer_id, loan_id, customer_id
),

bearer AS (
    SELECT 'OFFICER' AS subject_type, officer_id AS subject_id, officer_id, loan_id, customer_id, balance
    FROM held
    UNION ALL
    SELECT 'BRANCH' AS subject_type, officer.branch_id AS subject_id, held.officer_id, held.loan_id, held.customer_id, held.balance
    FROM officer
    JOIN held ON held.officer_id = officer.officer_id
    WHERE officer.branch_id IS NOT NULL
),

borne AS (
    SELECT subject_type, subject_id, sum(balance) AS balance
    FROM bearer
    GROUP BY subject_type, subject_id
    HAVING sum(balance) > 0
),

cost AS (
    SELECT
        bearer.officer_id,
        bearer.loan_id,
        bearer.customer_id,
        bearer.loan_id AS key,
        CAST(operating_cost.opex * bearer.balance / CAST(borne.balance AS DECIMAL(26,4)) AS DECIMAL(26,10)) AS amount
    FROM operating_cost
    JOIN borne ON borne.subject_type = operating_cost.subject_type AND borne.subject_id = operating_cost.subject_id
    JOIN bearer ON bearer.subject_type = operating_cost.subject_type AND bearer.subject_id = operating_cost.subject_id
    UNION ALL
    SELECT
        CASE WHEN operating_cost.subject_type = 'OFFICER' THEN operating_cost.subject_id END AS officer_id,
        CAST(NULL AS VARCHAR) AS loan_id,
        CAST(NULL AS VARCHAR) AS customer_id,
        operating_cost.subject_id AS key,
        CAST(operating_cost.opex AS DECIMAL(26,10)) AS amount
    FROM operating_cost
    WHERE NOT EXISTS (
        SELECT 1
        FROM borne
        WHERE borne.subject_type = operating_cost.subject_type
          AND borne.subject_id = operating_cost.subject_id
    )
),

fee AS (
    SELECT
        owner.officer_id,
        payment.loan_id,
        loan.customer_id,
        concat(payment.loan_id, '/', CAST(payment.value_date AS VARCHAR)) AS key,
        CAST((coalesce(payment.fee_paid, 0) + coalesce(payment.penalty_paid, 0)) * owner.share AS DECIMAL(26,10)) AS amount
    FROM payment
    JOIN loan ON loan.loan_id = payment.loan_id
    JOIN owner
      ON owner.loan_id = payment.loan_id
     AND owner.valid_from <= payment.value_date
     AND owner.valid_to > payment.value_date
    WHERE payment.value_date BETWEEN $period_start AND $period_end
      AND coalesce(payment.fee_paid, 0) + coalesce(payment.penalty_paid, 0) <> 0
),

flow AS (
    SELECT officer_id, loan_id, customer_id, key, amount, 'FEE' AS rule_code FROM fee
    UNION ALL
    SELECT officer_id, loan_id, customer_id, key, -amount AS amount, 'OPERATING_COST' AS rule_code FROM cost
),

yearly AS (
    SELECT officer_id, loan_id, customer_id, key, numerator, denominator, rule_code
    FROM yield_part
    UNION ALL
    SELECT
        officer_id,
        loan_id,
        customer_id,
        key,
        CAST(CAST(amount * 365 AS DECIMAL(28,12)) / (SELECT n_days FROM reporting_date) AS DECIMAL(38,12)) AS numerator,
        CAST(0 AS DECIMAL(38,12)) AS denominator,
        rule_code
    FROM flow
)

SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(CAST(numerator AS DECIMAL(28,12)) * CAST(1 - $tax_rate AS DECIMAL(12,8)) AS DECIMAL(38,12)) AS numerator,
    CAST(CAST(denominator AS DECIMAL(28,12)) * CAST($risk_weight * $capital_ratio AS DECIMAL(12,8)) AS DECIMAL(38,12)) AS denominator,
    rule_code
FROM yearly
