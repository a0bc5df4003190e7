-- name: prepayment_month
-- title: Prepaid and prepayable principal by loan and month | 逐月提前还款本金与可提前还款本金
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: SMM = prepaid principal / (opening balance - scheduled principal), market standard
-- edges: One row per loan, calendar month of the period and officer. Opening balance is that of the latest snapshot of the month before, where the loan is
--   ACTIVE there; loans drawn in the month are out of it, and a month whose month before has no snapshot is left out. Scheduled is the principal due in the
--   month plus what was past due at its opening (pastdue_principal_amount), at most the opening balance. An instalment cancelled on or before its due date is
--   not due, unless the payoff of that month cancelled it. Prepaid is the principal of PREPAYMENT and PAYOFF of the month beyond what SCHEDULED and RECOVERY
--   cash left unpaid of the scheduled principal, at most the opening balance less scheduled. A reversal stands in the month and under the type of the payment
--   that it names, one that names none is taken from the scheduled cash of its own month. A loan that is all due in the month has no row.

WITH month_no AS (
    SELECT
        12 * date_part('year', $period_start) + date_part('month', $period_start) - 1 + step.n AS month_no
    FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)) AS step(n)
),

calendar AS (
    SELECT
        make_date(CAST(floor((month_no - 1) / 12) AS INT), CAST((month_no - 1) % 12 + 1 AS INT), 1) AS previous_day,
        make_date(CAST(floor(month_no / 12) AS INT), CAST(month_no % 12 + 1 AS INT), 1) AS first_day,
        make_date(CAST(floor((month_no + 1) / 12) AS INT), CAST((month_no + 1) % 12 + 1 AS INT), 1) AS next_day
    FROM month_no
),

month AS (
    SELECT
        calendar.first_day,
        least(calendar.next_day - CAST(1 AS INT), $period_end) AS last_day,
        max(reported.snapshot_date) AS open_date
    FROM calendar
    CROSS JOIN (SELECT snapshot_date FROM average_weight) AS reported
    WHERE calendar.first_day <= $period_end
      AND reported.snapshot_date >= calendar.previous_day
      AND reported.snapshot_date < calendar.first_day
    GROUP BY calendar.first_day, least(calendar.next_day - CAST(1 AS INT), $period_end)
),

opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        month.first_day,
        month.last_day,
        CASE WHEN loan_month.ended_on BETWEEN month.first_day AND month.last_day THEN loan_month.ended_on - CAST(1 AS INT) ELSE month.last_day END AS owned_on,
        loan_month.principal_balance,
        coalesce(loan_month.pastdue_principal_amount, 0) AS past_due
    FROM month
    JOIN loan_month ON loan_month.snapshot_date = month.open_date
    WHERE loan_month.status = 'ACTIVE'
      AND (loan_month.ended_on IS NULL OR loan_month.ended_on >= month.first_day)
),

scheduled AS (
    SELECT
        instalment.loan_id,
        CAST(date_trunc('month', due_date) AS DATE) AS first_day,
        CAST(sum(principal_due * loan.rate_to_base) AS DECIMAL(20,2)) AS principal_due
    FROM instalment
    JOIN loan ON loan.loan_id = instalment.loan_id
    WHERE due_date BETWEEN $period_start AND $period_end
      AND (
          cancelled_on IS NULL
          OR cancelled_on > due_date
          OR (cancel_reason = 'PAID_OFF' AND cancelled_on >= CAST(date_trunc('month', due_date) AS DATE))
      )
    GROUP BY instalment.loan_id, CAST(date_trunc('month', due_date) AS DATE)
),

typed AS (
    SELECT
        payment.loan_id,
        CAST(date_trunc('month', coalesce(reversed.value_date, payment.value_date)) AS DATE) AS first_day,
        coalesce(reversed.payment_type, payment.payment_type) IN ('PREPAYMENT', 'PAYOFF') AS is_early,
        payment.principal_paid
    FROM payment
    LEFT JOIN (
        SELECT payment_id, value_date, payment_type
        FROM payment
        WHERE payment_id IN (SELECT reverses_payment_id FROM payment WHERE reverses_payment_id IS NOT NULL)
    ) AS reversed ON reversed.payment_id = payment.reverses_payment_id
    WHERE payment.value_date BETWEEN $period_start AND $period_end
),

paid AS (
    SELECT
        loan_id,
        first_day,
        sum(CASE WHEN is_early THEN principal_paid ELSE 0 END) AS early,
        sum(CASE WHEN is_early THEN 0 ELSE principal_paid END) AS regular
    FROM typed
    GROUP BY loan_id, first_day
),

account AS (
    SELECT
        opening.loan_id,
        opening.customer_id,
        opening.first_day,
        opening.owned_on,
        opening.principal_balance,
        least(opening.principal_balance, opening.past_due + coalesce(scheduled.principal_due, 0)) AS scheduled,
        coalesce(paid.early, 0) AS early,
        coalesce(paid.regular, 0) AS regular
    FROM opening
    LEFT JOIN scheduled ON scheduled.loan_id = opening.loan_id AND scheduled.first_day = opening.first_day
    LEFT JOIN paid ON paid.loan_id = opening.loan_id AND paid.first_day = opening.first_day
)

SELECT
    owner.officer_id,
    account.loan_id,
    account.customer_id,
    concat(account.loan_id, '/', to_char(account.first_day, '%Y-%m')) AS key,
    CAST(
        greatest(0, least(
            account.early - greatest(0, account.scheduled - account.regular),
            account.principal_balance - account.scheduled
        )) * owner.share
    AS DECIMAL(38,12)) AS numerator,
    CAST((account.principal_balance - account.scheduled) * owner.share AS DECIMAL(38,12)) AS denominator
FROM account
JOIN owner
  ON owner.loan_id = account.loan_id
 AND owner.valid_from <= account.owned_on
 AND owner.valid_to > account.owned_on
WHERE account.principal_balance > account.scheduled
