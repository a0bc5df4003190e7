-- name: post_writeoff_recovery_rate
-- title: Recovered on written-off loans | 已核销贷款回收率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: cash: officers on its value date by share; what stays unrecovered: officers at the period end, within handover_grace_days of a hand-over the
--   transferors
-- needs: loan_event.amount, payment.principal_paid
-- params: period_start DATE, period_end DATE
-- source: 已核销贷款收回; ECB NPL Guidance (2017) 3.5
-- edges: The pool of a loan is what was written off before the period, less reversals of write-offs, less what was recovered before the period; a
--   reversal in the period takes its amount out of the pool as far as it exceeds the write-offs of the period. Loans written off in the period are
--   out until the next one. Recovered is principal and interest received on a loan written off as a whole since the day of the write-off, that day
--   included, and on a loan still on the book payments of type RECOVERY since its first write-off. It counts up to the pool, the earliest first, so
--   that the value lies between 0 and 1; what goes beyond is no recovery of principal. A REVERSAL takes back. A claim sold before the period is out;
--   one sold in the period stays, without the price. A write-off that only a snapshot tells has no amount and is not in the pool.

WITH write_off AS (
    SELECT
        loan_id,
        min(CASE WHEN event_type = 'WRITE_OFF' THEN event_date END) AS first_written_off_on,
        sum(CASE
            WHEN event_date >= $period_start THEN 0
            WHEN event_type = 'WRITE_OFF' THEN coalesce(amount, 0)
            ELSE -coalesce(amount, 0)
        END) AS written_off,
        sum(CASE
            WHEN event_date < $period_start THEN 0
            WHEN event_type = 'WRITE_OFF' THEN -coalesce(amount, 0)
            ELSE coalesce(amount, 0)
        END) AS taken_back
    FROM loan_event
    WHERE event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL')
    GROUP BY loan_id
),

claim AS (
    SELECT
        write_off.loan_id,
        loan.customer_id,
        write_off.first_written_off_on,
        CASE WHEN loan.end_type = 'WRITTEN_OFF' THEN loan.ended_on END AS ended_on,
        write_off.written_off - greatest(write_off.taken_back, 0) AS amount
    FROM write_off
    JOIN loan ON loan.loan_id = write_off.loan_id
    WHERE write_off.written_off > greatest(write_off.taken_back, 0)
      AND NOT EXISTS (
          SELECT 1
          FROM loan_event AS sale
          WHERE sale.loan_id = write_off.loan_id
            AND sale.event_type = 'SALE'
            AND sale.event_date >= write_off.first_written_off_on
            AND sale.event_date < $period_start
      )
),

reversed AS (
    SELECT payment_id, payment_type
    FROM payment
    WHERE payment_id IN (SELECT reverses_payment_id FROM payment WHERE reverses_payment_id IS NOT NULL)
),

daily_recovery AS (
    SELECT
        claim.loan_id,
        payment.value_date,
        sum(payment.principal_paid + coalesce(payment.interest_paid, 0)) AS paid
    FROM claim
    JOIN payment ON payment.loan_id = claim.loan_id
    LEFT JOIN reversed ON reversed.payment_id = payment.reverses_payment_id
    WHERE payment.value_date >= claim.ended_on
       OR (payment.value_date >= claim.first_written_off_on
           AND coalesce(reversed.payment_type, payment.payment_type) = 'RECOVERY')
    GROUP BY claim.loan_id, payment.value_date
),

recovered_before AS (
    SELECT loan_id, greatest(sum(paid), 0) AS amount
    FROM daily_recovery
    WHERE value_date < $period_start
    GROUP BY loan_id
),

pool AS (
    SELECT
        claim.loan_id,
        claim.customer_id,
        claim.amount - coalesce(recovered_before.amount, 0) AS amount
    FROM claim
    LEFT JOIN recovered_before ON recovered_before.loan_id = claim.loan_id
    WHERE claim.amount > coalesce(recovered_before.amount, 0)
),

running AS (
    SELECT
        pool.loan_id,
        pool.customer_id,
        pool.amount AS pool_amount,
        daily_recovery.value_date,
        daily_recovery.paid,
        sum(daily_recovery.paid) OVER (
            PARTITION BY pool.loan_id ORDER BY daily_recovery.value_date ROWS UNBOUNDED PRECEDING
        ) AS paid_after
    FROM pool
    JOIN daily_recovery ON daily_recovery.loan_id = pool.loan_id
    WHERE daily_recovery.value_date BETWEEN $period_start AND $period_end
),

recovered AS (
    SELECT
        loan_id,
        customer_id,
        value_date,
        CAST(
            greatest(0, least(paid_after, pool_amount)) - greatest(0, least(paid_after - paid, pool_amount))
            AS DECIMAL(18,2)) AS amount
    FROM running
),

recovered_by_loan AS (
    SELECT loan_id, sum(amount) AS amount
    FROM recovered
    GROUP BY loan_id
),

unrecovered AS (
    SELECT
        pool.loan_id,
        pool.customer_id,
        CAST(pool.amount - coalesce(recovered_by_loan.amount, 0) AS DECIMAL(18,2)) AS amount
    FROM pool
    LEFT JOIN recovered_by_loan ON recovered_by_loan.loan_id = pool.loan_id
)

SELECT
    owner.officer_id,
    recovered.loan_id,
    recovered.customer_id,
    concat(recovered.loan_id, '/', CAST(recovered.value_date AS VARCHAR)) AS key,
    CAST(recovered.amount * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(recovered.amount * owner.share AS DECIMAL(38,12)) AS denominator,
    'CASH_OWNER_AT_VALUE_DATE' AS rule_code
FROM recovered
JOIN owner
  ON owner.loan_id = recovered.loan_id
 AND owner.valid_from <= recovered.value_date
 AND owner.valid_to > recovered.value_date
WHERE recovered.amount <> 0
UNION ALL
SELECT
    closing_owner.officer_id,
    unrecovered.loan_id,
    unrecovered.customer_id,
    unrecovered.loan_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(CAST(unrecovered.amount * closing_owner.share * (closing_owner.fall_before + closing_owner.fall) AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
        - CAST(CAST(unrecovered.amount * closing_owner.share * closing_owner.fall_before AS DECIMAL(32,14)) / closing_owner.total_fall AS DECIMAL(38,12))
        AS denominator,
    closing_owner.rule_code
FROM unrecovered
JOIN closing_owner ON closing_owner.loan_id = unrecovered.loan_id
WHERE unrecovered.amount <> 0
