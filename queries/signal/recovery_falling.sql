-- name: recovery_falling
-- title: Share of instalments collected falls | 到期回收率下降
-- kind: signal
-- needs: loan, instalment.due_date, payment.value_date
-- source: EBA/GL/2020/06 section 8.5; collection rates of due cohorts (CGAP)
-- edges: Of each loan and month in which an instalment of judged_instalment is judged: what had been received by the days of grace over what was due, for the instalments
--   judged in the window_months calendar months up to it, and in as many months before those. Fires if both had something due and the share fell by at least
--   margin (a fraction of 1; differences are rounded to nine places), and it had not at the loan's month with an instalment before: once per fall. issued_at is the
--   last day of the month; score is the fall. An instalment that was entered late belongs to the month in which it is judged. A history shorter than both
--   windows is compared as far as it goes.

WITH setting AS (
    SELECT
        3 AS window_months,
        0.50 AS margin
),

monthly AS (
    SELECT
        customer_id,
        loan_id,
        CAST(date_part('year', judged_on) * 12 + date_part('month', judged_on) AS INT) AS month_no,
        max(CAST(date_trunc('month', judged_on) AS DATE)) AS month_start,
        sum(due_amount) AS due_amount,
        sum(received_amount) AS received_amount
    FROM judged_instalment
    GROUP BY customer_id, loan_id, CAST(date_part('year', judged_on) * 12 + date_part('month', judged_on) AS INT)
),

windowed AS (
    SELECT
        monthly.customer_id,
        monthly.loan_id,
        monthly.month_no,
        monthly.month_start,
        sum(CASE WHEN earlier.month_no > monthly.month_no - setting.window_months THEN earlier.due_amount ELSE 0 END) AS due_now,
        sum(CASE WHEN earlier.month_no > monthly.month_no - setting.window_months THEN earlier.received_amount ELSE 0 END) AS received_now,
        sum(CASE WHEN earlier.month_no <= monthly.month_no - setting.window_months THEN earlier.due_amount ELSE 0 END) AS due_before,
        sum(CASE WHEN earlier.month_no <= monthly.month_no - setting.window_months THEN earlier.received_amount ELSE 0 END) AS received_before
    FROM monthly
    CROSS JOIN setting
    JOIN monthly AS earlier
      ON earlier.loan_id = monthly.loan_id
     AND earlier.month_no <= monthly.month_no
     AND earlier.month_no > monthly.month_no - 2 * setting.window_months
    GROUP BY monthly.customer_id, monthly.loan_id, monthly.month_no, monthly.month_start
),

fallen AS (
    SELECT
        customer_id,
        loan_id,
        month_no,
        month_start,
        CASE
            WHEN due_now > 0 AND due_before > 0
                THEN round(
                    CAST(received_before AS DOUBLE) / CAST(due_before AS DOUBLE) - CAST(received_now AS DOUBLE) / CAST(due_now AS DOUBLE),
                    9
                )
        END AS fall
    FROM windowed
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        month_start,
        fall,
        CASE WHEN lag(loan_id) OVER months = loan_id THEN lag(fall) OVER months END AS fall_before
    FROM fallen
    WINDOW months AS (ORDER BY loan_id, month_no)
)

SELECT
    compared.customer_id,
    compared.loan_id,
    CAST(compared.month_start + INTERVAL '1 month' - INTERVAL '1 day' AS DATE) AS issued_at,
    'ORANGE' AS severity,
    compared.fall AS score
FROM compared
CROSS JOIN setting
WHERE compared.fall >= setting.margin
  AND NOT coalesce(compared.fall_before >= setting.margin, FALSE)
