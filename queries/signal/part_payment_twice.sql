-- name: part_payment_twice
-- title: Two instalments in a row only partly paid | 连续两期部分还款
-- kind: signal
-- needs: loan, instalment.due_date, payment.value_date
-- source: collections practice: paying some of what is due tells of a borrower short of cash; first in first out as in days past due
-- edges: The instalments of judged_instalment in the order in which they are judged. Partly paid is one that by its day of grace had received less than full_share of
--   what was due, first in first out, though something came: it had received a part, or there was cash since the instalment judged before, but less than full_share of this one. So who
--   pays half of each is seen although the cash goes to the older half, and who pays whole instalments but one behind is not; nothing at all is no part
--   payment. Fires on the second of two in a row under one version of the schedule, not on a third: once per run of part payments. issued_at is the day on
--   which the second is judged; score is the unpaid share of the two. grace_days is set in judged_instalment.

WITH setting AS (
    SELECT 0.99 AS full_share
),

measured AS (
    SELECT
        customer_id,
        loan_id,
        schedule_version,
        due_date,
        judged_on,
        queue_no,
        principal_due + interest_due AS due_amount,
        received_amount,
        cash_amount
    FROM judged_instalment
),

marked AS (
    SELECT
        measured.customer_id,
        measured.loan_id,
        measured.schedule_version,
        measured.due_date,
        measured.judged_on,
        measured.queue_no,
        measured.due_amount,
        measured.due_amount - measured.received_amount AS unpaid_amount,
        measured.received_amount < setting.full_share * measured.due_amount
            AND (measured.received_amount > 0
                 OR (measured.cash_amount > 0 AND measured.cash_amount < setting.full_share * measured.due_amount)) AS is_part
    FROM measured
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
