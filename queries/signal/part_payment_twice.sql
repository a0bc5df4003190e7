-- name: part_payment_twice
-- title: Two instalments in a row only partly paid | 连续两期部分还款
-- kind: signal
-- needs: loan, instalment.due_date, payment.value_date
-- source: collections practice: paying some of what is due tells of a borrower short of cash; first in first out as in days past due
-- edges: The instalments of judged_instalment in the order in which they are judged. Partly paid is one that by its day of grace had received something, but less than
--   full_share of what was due; nothing at all is not a part payment. Fires on the second of two in a row under one version of the schedule, not on a third:
--   once per run of part payments. issued_at is the day on which the second is judged; score is the unpaid share of the two. grace_days is set in
--   judged_instalment.

WITH setting AS (
    SELECT 0.99 AS full_share
),

marked AS (
    SELECT
        judged_instalment.customer_id,
        judged_instalment.loan_id,
        judged_instalment.schedule_version,
        judged_instalment.due_date,
        judged_instalment.judged_on,
        judged_instalment.queue_no,
        judged_instalment.due_amount,
        judged_instalment.due_amount - judged_instalment.received_amount AS unpaid_amount,
        judged_instalment.received_amount > 0
            AND judged_instalment.received_amount < setting.full_share * judged_instalment.due_amount AS is_part
    FROM judged_instalment
    CROSS JOIN setting
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        judged_on,
        is_part,
        coalesce(lag(loan_id) OVER queue = loan_id AND lag(queue_no) OVER queue = queue_no AND lag(is_part) OVER queue, FALSE) AS is_part_before,
        coalesce(lag(loan_id, 2) OVER queue = loan_id AND lag(queue_no, 2) OVER queue = queue_no AND lag(is_part, 2) OVER queue, FALSE) AS is_part_earlier,
        unpaid_amount + lag(unpaid_amount) OVER queue AS unpaid_amount,
        due_amount + lag(due_amount) OVER queue AS due_amount
    FROM marked
    WINDOW queue AS (ORDER BY loan_id, judged_on, schedule_version, due_date)
)

SELECT
    customer_id,
    loan_id,
    judged_on AS issued_at,
    'ORANGE' AS severity,
    max(CAST(unpaid_amount AS DOUBLE) / CAST(due_amount AS DOUBLE)) AS score
FROM compared
WHERE is_part
  AND is_part_before
  AND NOT is_part_earlier
GROUP BY customer_id, loan_id, judged_on
