-- name: risk_adjusted_yield
-- title: Risk-adjusted yield | 风险调整后收益率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio per year
-- owner: balances: officers on each snapshot date by share; interest: officers on its value date by share
-- needs: payment.interest_paid, loan_snapshot.pd, loan_snapshot.lgd
-- params: period_start DATE, period_end DATE, ftp_rate DECIMAL(12,8)
-- source: RAROC family: interest less funds transfer price less expected loss
-- edges: Interest received in the period, a year taken as 365 days, over the chronological mean of the balance of ACTIVE loans; less the transfer price
--   of the same balance, less pd x lgd of the performing part (NORMAL and SPECIAL_MENTION with both given).

WITH snapshot AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        loan_month.five_tier_class,
        loan_month.pd,
        loan_month.lgd,
        average_weight.halves,
        average_weight.total_halves
    FROM loan_month
    JOIN average_weight ON average_weight.snapshot_date = loan_month.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
),

held AS (
    SELECT
        owner.officer_id,
        snapshot.loan_id,
        snapshot.customer_id,
        concat(snapshot.loan_id, '/', CAST(snapshot.snapshot_date AS VARCHAR)) AS key,
        snapshot.principal_balance * owner.share AS balance_part,
        snapshot.five_tier_class,
        snapshot.pd,
        snapshot.lgd,
        snapshot.halves,
        snapshot.total_halves
    FROM snapshot
    JOIN owner
      ON owner.loan_id = snapshot.loan_id
     AND owner.valid_from <= snapshot.snapshot_date
     AND owner.valid_to > snapshot.snapshot_date
)

SELECT
    owner.officer_id,
    payment.loan_id,
    loan.customer_id,
    concat(payment.loan_id, '/', CAST(payment.value_date AS VARCHAR)) AS key,
    CAST(CAST(payment.interest_paid * owner.share * 365 AS DECIMAL(26,12)) / (SELECT n_days FROM reporting_date) AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'INTEREST' AS rule_code
FROM payment
JOIN loan ON loan.loan_id = payment.loan_id
JOIN owner
  ON owner.loan_id = payment.loan_id
 AND owner.valid_from <= payment.value_date
 AND owner.valid_to > payment.value_date
WHERE payment.value_date BETWEEN $period_start AND $period_end
UNION ALL
SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(-CAST(balance_part * $ftp_rate * halves AS DECIMAL(28,12)) / total_halves AS DECIMAL(38,12)) AS numerator,
    CAST(CAST(balance_part * halves AS DECIMAL(28,12)) / total_halves AS DECIMAL(38,12)) AS denominator,
    'FTP_COST' AS rule_code
FROM held
UNION ALL
SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(-CAST(CAST(balance_part * pd AS DECIMAL(32,14)) * lgd * halves AS DECIMAL(28,12)) / total_halves AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'EXPECTED_LOSS' AS rule_code
FROM held
WHERE five_tier_class IN ('NORMAL', 'SPECIAL_MENTION')
  AND pd IS NOT NULL
  AND lgd IS NOT NULL
