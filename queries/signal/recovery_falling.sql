-- name: recovery_falling
-- title: Share of instalments collected falls | 到期回收率下降
-- kind: signal
-- needs: loan, instalment.due_date, payment.value_date
-- source: EBA/GL/2020/06 section 8.5; collection rates of due cohorts, as in principal_recovery_rate and interest_collection_rate
-- edges: A loan's share collected in a month in which an instalment of judged_instalment is judged: of the instalments of the version in force judged in that month and the
--   window_months - 1 before it, what was not in arrears when the month's last was judged; arrears are first those of the latest instalments, principal and interest apart. It is
--   compared with the share of the latest such month that is at least window_months earlier and less than twice as many. Fires if the share is at least
--   margin lower (a fraction of 1; shares are rounded to nine places), and at the loan's month before it was not so: once per fall. With
--   monthly instalments a margin of 0.50 asks for two of three. issued_at is the last day of the month; score is the fall. An instalment that was entered
--   late belongs to the month in which it is judged; a window that begins before the first instalment delivered is as long as the data.

WITH setting AS (
    SELECT
        3 AS window_months,
        0.50 AS margin
),

judged AS (
    SELECT
        customer_id,
        loan_id,
        schedule_version,
        due_date,
        judged_on,
        CAST(date_part('year', judged_on) * 12 + date_part('month', judged_on) AS INT) AS month_no,
        queue_no,
        principal_due,
        interest_due,
        principal_arrears,
        interest_arrears
    FROM judged_instalment
),

monthly AS (
    SELECT
        customer_id,
        loan_id,
        month_no,
        max(judged_on) AS judged_on,
        first_value(queue_no ORDER BY judged_on DESC, schedule_version DESC, due_date DESC) AS queue_no,
        first_value(principal_arrears ORDER BY judged_on DESC, schedule_version DESC, due_date DESC) AS principal_arrears,
        first_value(interest_arrears ORDER BY judged_on DESC, schedule_version DESC, due_date DESC) AS interest_arrears
    FROM judged
    GROUP BY customer_id, loan_id, month_no
),

windowed AS (
    SELECT
        monthly.customer_id,
        monthly.loan_id,
        monthly.month_no,
        monthly.judged_on,
        monthly.principal_arrears,
        monthly.interest_arrears,
        sum(judged.principal_due) AS principal_due,
        sum(judged.interest_due) AS interest_due
    FROM monthly
    CROSS JOIN setting
    JOIN judged
      ON judged.loan_id = monthly.loan_id
     AND judged.queue_no = monthly.queue_no
     AND judged.month_no <= monthly.month_no
     AND judged.month_no > monthly.month_no - setting.window_months
    GROUP BY
        monthly.customer_id,
        monthly.loan_id,
        monthly.month_no,
        monthly.judged_on,
        monthly.principal_arrears,
        monthly.interest_arrears
),

collected AS (
    SELECT
        customer_id,
        loan_id,
        month_no,
        judged_on,
        round(
            1 - CAST(least(principal_due, principal_arrears) + least(interest_due, interest_arrears) AS DOUBLE) / CAST(principal_due + interest_due AS DOUBLE),
            9
        ) AS share
    FROM windowed
),

beside_past AS (
    SELECT
        collected.customer_id,
        collected.loan_id,
        collected.month_no,
        collected.judged_on,
        round(first_value(earlier.share ORDER BY earlier.month_no DESC) - collected.share, 9) AS fall
    FROM collected
    CROSS JOIN setting
    LEFT JOIN collected AS earlier
      ON earlier.loan_id = collected.loan_id
     AND earlier.month_no <= collected.month_no - setting.window_months
     AND earlier.month_no > collected.month_no - 2 * setting.window_months
    GROUP BY collected.customer_id, collected.loan_id, collected.month_no, collected.judged_on, collected.share
),

compared AS (
    SELECT
        customer_id,
        loan_id,
        judged_on,
        fall,
        CASE WHEN lag(loan_id) OVER months = loan_id THEN lag(fall) OVER months END AS fall_before
    FROM beside_past
    WINDOW months AS (ORDER BY loan_id, month_no)
)

SELECT
    compared.customer_id,
    compared.loan_id,
    CAST(date_trunc('month', compared.judged_on) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE) AS issued_at,
    'ORANGE' AS severity,
    compared.fall AS score
FROM compared
CROSS JOIN setting
WHERE compared.fall >= setting.margin
  AND NOT coalesce(compared.fall_before >= setting.margin, FALSE)
