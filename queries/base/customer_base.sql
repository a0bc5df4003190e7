-- name: customer_base
-- title: Customers at the opening of the period, and whether they stayed | 期初客户基数及去留
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, churn_confirm_days INT, early_payoff_days INT, exclude_watch BOOLEAN, watch_validity_days INT
-- source: customers with a performing loan at the opening; left, churned, matured, pending
-- edges: A customer with an ACTIVE performing loan on the opening snapshot and no ACTIVE non-performing one; with exclude_watch none with a RED warning on
--   one of its loans issued in the last watch_validity_days before the opening and not closed by then. outcome is STAYED (an ACTIVE loan at the close, or no
--   loan that ended in the period), CHURNED (left with reason REFINANCED_ELSEWHERE on an ended loan, or last ended churn_confirm_days or more before the period
--   end without a product of the bank still running), MATURED (every loan that ended did so with reason NATURAL_MATURITY or less than early_payoff_days before
--   its maturity, or later), else PENDING. Whom the bank sent away (left, and a loan ended by sale or write-off, but none by refinancing elsewhere) and who
--   left with reason DEATH or LIQUIDATION is not in the base at all. A product sold by the period end still runs unless it was cancelled by then.

WITH opening AS (
    SELECT
        loan_month.customer_id,
        loan_month.loan_id,
        loan_month.is_npl
    FROM loan_month
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
),

watched AS (
    SELECT DISTINCT warning.customer_id
    FROM warning
    WHERE $exclude_watch
      AND warning.severity = 'RED'
      AND warning.issued_on > (SELECT open_date FROM reporting_date) - CAST($watch_validity_days AS INT)
      AND warning.issued_on <= (SELECT open_date FROM reporting_date)
      AND (warning.closed_at IS NULL OR CAST(warning.closed_at AS DATE) > (SELECT open_date FROM reporting_date))
),

base AS (
    SELECT customer_id
    FROM opening
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
    HAVING NOT bool_or(coalesce(is_npl, FALSE))
),

unwatched AS (
    SELECT base.customer_id
    FROM base
    WHERE NOT EXISTS (SELECT 1 FROM watched WHERE watched.customer_id = base.customer_id)
),

remaining AS (
    SELECT DISTINCT customer_id
    FROM loan_month
    WHERE snapshot_date = (SELECT close_date FROM reporting_date)
      AND status = 'ACTIVE'
),

end_reason AS (
    SELECT
        loan_id,
        bool_or(event_type = 'PAID_OFF' AND reason_code = 'REFINANCED_ELSEWHERE') AS is_refinanced,
        bool_or(event_type = 'PAID_OFF' AND reason_code = 'NATURAL_MATURITY') AS is_matured,
        bool_or(reason_code IN ('DEATH', 'LIQUIDATION')) AS is_gone
    FROM loan_event
    WHERE reason_code IN ('REFINANCED_ELSEWHERE', 'NATURAL_MATURITY', 'DEATH', 'LIQUIDATION')
    GROUP BY loan_id
),

ended AS (
    SELECT
        loan.customer_id,
        max(loan.ended_on) AS last_ended_on,
        bool_or(coalesce(end_reason.is_refinanced, FALSE)) AS is_refinanced,
        bool_or(coalesce(end_reason.is_gone, FALSE) OR coalesce(loan.end_type IN ('SOLD', 'WRITTEN_OFF'), FALSE)) AS is_sent_away,
        bool_and(coalesce(end_reason.is_matured, FALSE)
            OR coalesce(loan.ended_on > loan.maturity_date - CAST($early_payoff_days AS INT), FALSE)) AS is_matured
    FROM loan
    LEFT JOIN end_reason ON end_reason.loan_id = loan.loan_id
    WHERE loan.ended_on BETWEEN $period_start AND $period_end
    GROUP BY loan.customer_id
),

still_customer AS (
    SELECT DISTINCT customer_id
    FROM cross_sell
    WHERE sale_date <= $period_end
      AND (coalesce(status, 'ACTIVE') = 'ACTIVE' OR cancelled_on > $period_end)
)

SELECT
    unwatched.customer_id,
    CASE
        WHEN remaining.customer_id IS NOT NULL OR ended.customer_id IS NULL THEN 'STAYED'
        WHEN ended.is_refinanced THEN 'CHURNED'
        WHEN ended.is_matured THEN 'MATURED'
        WHEN still_customer.customer_id IS NOT NULL THEN 'STAYED'
        WHEN ended.last_ended_on + CAST($churn_confirm_days AS INT) <= $period_end THEN 'CHURNED'
        ELSE 'PENDING'
    END AS outcome
FROM unwatched
LEFT JOIN remaining ON remaining.customer_id = unwatched.customer_id
LEFT JOIN ended ON ended.customer_id = unwatched.customer_id
LEFT JOIN still_customer ON still_customer.customer_id = unwatched.customer_id
WHERE remaining.customer_id IS NOT NULL
   OR ended.customer_id IS NULL
   OR ended.is_refinanced
   OR NOT ended.is_sent_away
