-- name: overpaid_account
-- title: Accounts paid beyond what was due by the period end | 还款超过期末应还的账户
-- kind: base
-- keep: yes
-- grain: loan_id, schedule_version, component
-- params: period_start DATE
-- source: first in first out: cash beyond what is due goes to the next instalments
-- edges: Accounts with cash in the period that by its end had received more than was due, and those with a reversal in it; all others gave their
--   cash to instalments due by the period end. owed is what was due by then, cancelled instalments for what they had received. paid_opening is the
--   cash before the period. has_dues is FALSE for an account without an instalment up to the period end; both amounts are 0 there.

WITH paid_in_period AS (
    SELECT
        loan_id,
        schedule_version,
        component,
        sum(paid) AS paid,
        min(paid) AS least_paid
    FROM cash_component
    WHERE component IN ('principal', 'interest')
    GROUP BY loan_id, schedule_version, component
),

due_in_period AS (
    SELECT loan_id, schedule_version, component, sum(owed_amount) AS owed
    FROM instalment_state
    WHERE due_date >= $period_start
    GROUP BY loan_id, schedule_version, component
),

matched AS (
    SELECT
        paid_in_period.loan_id,
        paid_in_period.schedule_version,
        paid_in_period.component,
        paid_in_period.paid,
        paid_in_period.least_paid,
        account_opening.loan_id IS NOT NULL AS has_dues,
        coalesce(CASE paid_in_period.component WHEN 'principal' THEN account_opening.principal_owed ELSE account_opening.interest_owed END, 0)
            + coalesce(due_in_period.owed, 0) AS owed,
        coalesce(CASE paid_in_period.component WHEN 'principal' THEN account_opening.principal_paid ELSE account_opening.interest_paid END, 0)
            AS paid_opening
    FROM paid_in_period
    LEFT JOIN account_opening
      ON account_opening.loan_id = paid_in_period.loan_id
     AND account_opening.schedule_version = paid_in_period.schedule_version
    LEFT JOIN due_in_period
      ON due_in_period.loan_id = paid_in_period.loan_id
     AND due_in_period.schedule_version = paid_in_period.schedule_version
     AND due_in_period.component = paid_in_period.component
)

SELECT
    loan_id,
    schedule_version,
    component,
    has_dues,
    CAST(owed AS DECIMAL(38,2)) AS owed,
    CAST(paid_opening AS DECIMAL(38,2)) AS paid_opening
FROM matched
WHERE least_paid < 0
   OR paid_opening + paid > owed
