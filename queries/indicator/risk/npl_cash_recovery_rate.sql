-- name: npl_cash_recovery_rate
-- title: Cash recovered on non-performing loans | 不良现金清收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: balance: officers at the opening by share; cash: officers on its value date by share
-- needs: loan_snapshot.five_tier_class, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: ECB NPL Guidance (2017) 3.5, EBA KPI on cash recoveries
-- edges: Principal and interest received in the period on the loans that were ACTIVE and SUBSTANDARD, DOUBTFUL or LOSS at the opening, until the day a loan was written off
--   (cash of that day no longer counts); the cash of a loan counts up to its opening balance, the earliest first. A reversal takes back the cash that came
--   last, from those it was credited to; what makes up for a reversal of cash from before the period does not count.

WITH opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        loan_month.snapshot_date,
        loan_month.principal_balance,
        CASE WHEN loan.end_type = 'WRITTEN_OFF' THEN loan.ended_on END AS written_off_on
    FROM loan_month
    JOIN loan ON loan.loan_id = loan_month.loan_id
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
      AND loan_month.is_npl
),

running AS (
    SELECT
        opening.loan_id,
        opening.customer_id,
        opening.principal_balance,
        payment.payment_id,
        payment.value_date,
        payment.principal_paid + coalesce(payment.interest_paid, 0) AS paid,
        sum(payment.principal_paid + coalesce(payment.interest_paid, 0)) OVER (
            PARTITION BY opening.loan_id ORDER BY payment.value_date, payment.payment_id ROWS UNBOUNDED PRECEDING
        ) AS paid_after
    FROM opening
    JOIN payment ON payment.loan_id = opening.loan_id
    WHERE payment.value_date BETWEEN $period_start AND $period_end
      AND (opening.written_off_on IS NULL OR payment.value_date < opening.written_off_on)
),

standing AS (
    SELECT
        loan_id,
        customer_id,
        principal_balance,
        value_date,
        paid_after - paid AS from_amount,
        min(paid_after) OVER (
            PARTITION BY loan_id ORDER BY value_date, payment_id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS to_amount
    FROM running
),

counted AS (
    SELECT
        loan_id,
        customer_id,
        value_date,
        least(to_amount, principal_balance) - greatest(0, from_amount) AS amount
    FROM standing
    WHERE to_amount > greatest(0, from_amount)
      AND from_amount < principal_balance
)

SELECT
    owner.officer_id,
    opening.loan_id,
    opening.customer_id,
    opening.loan_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(opening.principal_balance * owner.share AS DECIMAL(38,12)) AS denominator,
    'OPENING_NPL' AS rule_code
FROM opening
JOIN owner
  ON owner.loan_id = opening.loan_id
 AND owner.valid_from <= opening.snapshot_date
 AND owner.valid_to > opening.snapshot_date
UNION ALL
SELECT
    owner.officer_id,
    counted.loan_id,
    counted.customer_id,
    concat(counted.loan_id, '/', CAST(counted.value_date AS VARCHAR)) AS key,
    CAST(counted.amount * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    'CASH_OWNER_AT_VALUE_DATE' AS rule_code
FROM counted
JOIN owner
  ON owner.loan_id = counted.loan_id
 AND owner.valid_from <= counted.value_date
 AND owner.valid_to > counted.value_date
