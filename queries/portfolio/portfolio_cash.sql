-- name: portfolio_cash
-- title: Cash of the period by timing and channel | 期内回款（按时点与渠道）
-- kind: portfolio
-- grain: timing, collection_channel, component
-- needs: payment.principal_paid, instalment.principal_due
-- source: repayments by the timing of the instalment they pay (asked for by users of Frappe Lending, #789); component-wise first in first out
-- edges: Every payment with a value date in the period, reversals with their negative amounts; for each component the rows add up to all cash of
--   the period. OVERDUE is cash on instalments past due, the sum of overdue_cash. CURRENT is cash on instalments due in the period that came on their
--   due date or before, and what pays again for an instalment whose payment was reversed after the due date, because overdue_cash has none of it.
--   ADVANCE is cash beyond all instalments due by the period end that is a PREPAYMENT or a PAYOFF or can still meet a later instalment. UNAPPLIED is
--   the rest: cash beyond these instalments on the maturity date or later, after the end of the loan, on the day of its write-off or sale or later,
--   or on a loan that has no instalment up to the period end. Instalments due after the period end are not looked at. A reversal takes back first
--   what came last; it has the type of the payment it names, and its channel where it states none. An instalment takes no cash
--   from stopped_on of planned_instalment on, so that recoveries after a write-off go first to what was due before it. fee and penalty are not matched with a schedule: NOT_ALLOCATED. Payments without a channel stand in UNKNOWN. share is
--   that of the component. n_loans counts the loans with cash in the row. A row of 0 is left out.

WITH running AS (
    SELECT
        cash_component.payment_id,
        cash_component.loan_id,
        cash_component.component,
        cash_component.value_date,
        cash_component.payment_type,
        cash_component.paid,
        overpaid_account.owed,
        overpaid_account.has_dues,
        overpaid_account.paid_opening + sum(cash_component.paid) OVER (
            PARTITION BY cash_component.loan_id, cash_component.schedule_version, cash_component.component
            ORDER BY cash_component.value_date, cash_component.payment_id ROWS UNBOUNDED PRECEDING
        ) AS paid_after
    FROM overpaid_account
    JOIN cash_component
      ON cash_component.loan_id = overpaid_account.loan_id
     AND cash_component.schedule_version = overpaid_account.schedule_version
     AND cash_component.component = overpaid_account.component
),

beyond AS (
    -- Of each payment what went past the instalments due.
    SELECT
        running.payment_id,
        running.component,
        greatest(0, running.paid_after - running.owed) - greatest(0, running.paid_after - running.paid - running.owed) AS amount,
        coalesce(running.payment_type, '') IN ('PREPAYMENT', 'PAYOFF')
            OR (running.has_dues
                AND NOT coalesce(running.value_date >= loan.maturity_date, FALSE)
                AND NOT coalesce(running.value_date > loan.ended_on, FALSE)
                AND NOT coalesce(running.value_date >= loan.ended_on AND loan.end_type IN ('WRITTEN_OFF', 'SOLD'), FALSE)) AS is_advance
    FROM running
    JOIN loan ON loan.loan_id = running.loan_id
),

overdue AS (
    SELECT payment_id, component, sum(amount) AS amount
    FROM overdue_cash
    GROUP BY payment_id, component
),

split AS (
    SELECT
        cash_component.loan_id,
        cash_component.collection_channel,
        cash_component.component,
        cash_component.component IN ('principal', 'interest') AS is_allocated,
        cash_component.paid,
        coalesce(overdue.amount, 0) AS overdue_part,
        CASE WHEN beyond.is_advance THEN beyond.amount ELSE 0 END AS advance_part,
        CASE WHEN NOT beyond.is_advance THEN beyond.amount ELSE 0 END AS unapplied_part
    FROM cash_component
    LEFT JOIN overdue
      ON overdue.payment_id = cash_component.payment_id
     AND overdue.component = cash_component.component
    LEFT JOIN beyond
      ON beyond.payment_id = cash_component.payment_id
     AND beyond.component = cash_component.component
),

part AS (
    SELECT
        timing.timing,
        split.loan_id,
        split.collection_channel,
        split.component,
        CASE timing.timing
            WHEN 'OVERDUE' THEN split.overdue_part
            WHEN 'CURRENT' THEN split.paid - split.overdue_part - split.advance_part - split.unapplied_part
            WHEN 'ADVANCE' THEN split.advance_part
            WHEN 'UNAPPLIED' THEN split.unapplied_part
            ELSE split.paid
        END AS amount
    FROM split
    CROSS JOIN (
        SELECT 'OVERDUE' AS timing
        UNION ALL SELECT 'CURRENT'
        UNION ALL SELECT 'ADVANCE'
        UNION ALL SELECT 'UNAPPLIED'
        UNION ALL SELECT 'NOT_ALLOCATED'
    ) AS timing
    WHERE split.is_allocated = (timing.timing <> 'NOT_ALLOCATED')
),

summed AS (
    SELECT
        part.timing,
        part.collection_channel,
        part.component,
        count(DISTINCT part.loan_id) AS n_loans,
        sum(CAST(part.amount * loan.rate_to_base AS DECIMAL(38,12))) AS amount
    FROM part
    JOIN loan ON loan.loan_id = part.loan_id
    WHERE part.amount <> 0
    GROUP BY part.timing, part.collection_channel, part.component
)

SELECT
    timing,
    collection_channel,
    component,
    n_loans,
    CAST(amount AS DECIMAL(18,2)) AS amount,
    CASE
        WHEN sum(amount) OVER (PARTITION BY component) <> 0
            THEN CAST(amount AS DOUBLE) / CAST(sum(amount) OVER (PARTITION BY component) AS DOUBLE)
    END AS share
FROM summed
WHERE amount <> 0
