-- name: yield_part
-- title: Interest, transfer price and expected loss by loan and officer | 利息、资金成本与预期损失（按贷款、管户人）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: RAROC family: interest less funds transfer price less expected loss
-- edges: The rows behind risk_adjusted_yield and the returns built on it, brought to a year. INTEREST: interest received in the period times 365 over its
--   days. FTP_COST: the transfer price of the balance of ACTIVE loans on each date of the chronological mean, that of the loan's currency and contractual tenor
--   on that date (transfer_price), with the balance as denominator. EXPECTED_LOSS: pd x lgd of the same balance, only of its performing part (NORMAL and
--   SPECIAL_MENTION) with both given.

WITH snapshot AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        loan_month.five_tier_class,
        loan_month.pd,
        loan_month.lgd,
        transfer_price.rate AS ftp_rate,
        average_weight.halves,
        average_weight.total_halves
    FROM loan_month
    JOIN average_weight ON average_weight.snapshot_date = loan_month.snapshot_date
    JOIN loan_tenor ON loan_tenor.loan_id = loan_month.loan_id
    JOIN transfer_price
      ON transfer_price.currency = loan_tenor.currency
     AND transfer_price.tenor_months = loan_tenor.tenor_months
     AND transfer_price.price_date = loan_month.snapshot_date
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
        snapshot.ftp_rate,
        snapshot.halves,
        snapshot.total_halves
    FROM snapshot
    JOIN owner
      ON owner.loan_id = snapshot.loan_id
     AND owner.valid_from <= snapshot.snapshot_date
     AND owner.valid_to > snapshot.snapshot_date
),

received AS (
    -- The cash of a day is divided once, however many payments it came in.
    SELECT loan_id, value_date, CAST(sum(interest_paid) AS DECIMAL(20,2)) AS interest
    FROM payment
    WHERE value_date BETWEEN $period_start AND $period_end
    GROUP BY loan_id, value_date
)

SELECT
    owner.officer_id,
    received.loan_id,
    loan.customer_id,
    concat(received.loan_id, '/', CAST(received.value_date AS VARCHAR)) AS key,
    CAST(CAST(received.interest * owner.share * 365 AS DECIMAL(28,12)) / (SELECT n_days FROM reporting_date) AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'INTEREST' AS rule_code
FROM received
JOIN loan ON loan.loan_id = received.loan_id
JOIN owner
  ON owner.loan_id = received.loan_id
 AND owner.valid_from <= received.value_date
 AND owner.valid_to > received.value_date
UNION ALL
SELECT
    officer_id,
    loan_id,
    customer_id,
    key,
    CAST(-CAST(balance_part * ftp_rate * halves AS DECIMAL(28,12)) / total_halves AS DECIMAL(38,12)) AS numerator,
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
