-- name: npl_ratio_with_writeoff
-- title: Non-performing loan ratio, write-offs added back | 加回核销不良率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share; a write-off belongs to the officers on the day of the write-off by share
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class, loan_event.amount
-- params: period_start DATE, period_end DATE
-- source: bank disclosure practice: write-offs added back
-- edges: Write-offs of the period are added to both parts, so that writing a loan off does not improve the value. Inherited defaults stay with
--   the present owner here. A WRITE_OFF_REVERSAL of the period takes back write-offs of the period, at most all of them, with the
--   owners of its own day; a reversal of an older write-off changes nothing, because the loan is back in the balance and was not added.
--   Recoveries after the write-off are not deducted. A loan without a class stays in the denominator and out of the numerator.

WITH write_off_of_period AS (
    SELECT
        loan_id,
        event_date,
        event_type,
        coalesce(amount, 0) AS amount,
        sum(CASE WHEN event_type = 'WRITE_OFF' THEN coalesce(amount, 0) ELSE 0 END)
            OVER (PARTITION BY loan_id) AS total_written_off,
        sum(CASE WHEN event_type = 'WRITE_OFF_REVERSAL' THEN coalesce(amount, 0) ELSE 0 END)
            OVER (PARTITION BY loan_id ORDER BY event_date, event_id ROWS UNBOUNDED PRECEDING) AS reversed_so_far
    FROM loan_event
    WHERE event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL')
      AND event_date BETWEEN $period_start AND $period_end
),

write_off_movement AS (
    SELECT
        loan_id,
        event_date,
        CASE
            WHEN event_type = 'WRITE_OFF' THEN amount
            ELSE least(reversed_so_far - amount, total_written_off) - least(reversed_so_far, total_written_off)
        END AS amount
    FROM write_off_of_period
),

write_off_part AS (
    SELECT
        owner.officer_id,
        write_off_movement.loan_id,
        loan.customer_id,
        CAST(write_off_movement.amount * owner.share AS DECIMAL(38,12)) AS amount_part
    FROM write_off_movement
    JOIN loan ON loan.loan_id = write_off_movement.loan_id
    JOIN owner
      ON owner.loan_id = write_off_movement.loan_id
     AND owner.valid_from <= write_off_movement.event_date
     AND owner.valid_to > write_off_movement.event_date
)

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CASE WHEN is_npl THEN balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    balance_part AS denominator,
    'OWNER_AT_PERIOD_END' AS rule_code
FROM stock
UNION ALL
SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    amount_part AS numerator,
    amount_part AS denominator,
    'WRITE_OFF_OWNER_AT_EVENT_DATE' AS rule_code
FROM write_off_part
