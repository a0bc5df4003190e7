-- name: default_sign
-- title: Days on which the bank came to know of a default | 违约知晓日
-- kind: base
-- keep: yes
-- grain: customer_id, known_on
-- needs: loan.customer_id
-- params: default_dpd INT
-- source: Basel CRE36, CRR Art. 178; 商业银行金融资产风险分类办法 (2023) Art. 6; Holopainen and Sarlin (2015)
-- edges: One row per customer and default, on the first day on which anything told of it, never before. Three things tell: a row of default_record on the
--   customer or a loan of the customer, from the latest of default_date and the days from which the bank had the row and the loan; an event UTP_DEFAULT, in the same way; and a
--   snapshot of known_snapshot with more than default_dpd days past due, or a class SUBSTANDARD, DOUBTFUL or LOSS, if the reading before had neither. A first
--   reading tells only if default_dpd was passed at most first_reading_days before it. The day on which days past due passed default_dpd lies before the snapshot that shows it, so it is not
--   used. Records do not switch the others off, since whether there are any is known only later. A sign at most quiet_days after the one before belongs
--   to the same default.

WITH setting AS (
    SELECT
        180 AS quiet_days,
        31 AS first_reading_days
),

reading AS (
    SELECT
        customer_id,
        loan_id,
        snapshot_date,
        known_on,
        days_past_due,
        coalesce(days_past_due > $default_dpd, FALSE) OR coalesce(five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS'), FALSE) AS is_bad
    FROM known_snapshot
    WHERE coalesce(status, '') <> 'NOT_ORIGINATED'
      AND (days_past_due IS NOT NULL OR five_tier_class IS NOT NULL)
),

compared AS (
    SELECT
        customer_id,
        known_on,
        days_past_due,
        is_bad,
        CASE WHEN lag(loan_id) OVER readings = loan_id THEN lag(is_bad) OVER readings END AS was_bad
    FROM reading
    WINDOW readings AS (ORDER BY loan_id, snapshot_date)
),

sign AS (
    SELECT compared.customer_id, compared.known_on
    FROM compared
    CROSS JOIN setting
    WHERE compared.is_bad
      AND coalesce(
          NOT compared.was_bad,
          coalesce(compared.days_past_due > $default_dpd AND compared.days_past_due <= $default_dpd + setting.first_reading_days, FALSE)
      )
    UNION ALL
    SELECT
        subject_id AS customer_id,
        greatest(default_date, CAST(known_at AS DATE)) AS known_on
    FROM input.default_record
    WHERE subject_type = 'CUSTOMER'
    UNION ALL
    SELECT
        loan.customer_id,
        greatest(default_record.default_date, CAST(default_record.known_at AS DATE), loan.origination_date, CAST(loan.known_at AS DATE)) AS known_on
    FROM input.default_record
    JOIN input.loan ON loan.loan_id = default_record.subject_id
    WHERE default_record.subject_type = 'LOAN'
    UNION ALL
    SELECT
        loan.customer_id,
        greatest(loan_event.event_date, CAST(loan_event.known_at AS DATE), loan.origination_date, CAST(loan.known_at AS DATE)) AS known_on
    FROM input.loan_event
    JOIN input.loan ON loan.loan_id = loan_event.loan_id
    WHERE loan_event.event_type = 'UTP_DEFAULT'
),

sign_day AS (
    SELECT
        customer_id,
        known_on,
        lag(known_on) OVER (PARTITION BY customer_id ORDER BY known_on) AS known_before
    FROM (
        SELECT DISTINCT customer_id, known_on
        FROM sign
        WHERE customer_id IS NOT NULL
    ) AS distinct_sign
)

SELECT sign_day.customer_id, sign_day.known_on
FROM sign_day
CROSS JOIN setting
WHERE sign_day.known_before IS NULL
   OR sign_day.known_on - sign_day.known_before > setting.quiet_days
