-- name: refinance_out_rate
-- title: Loans paid off early to another bank | 提前还清转投他行率
-- kind: indicator
-- dimension: CUSTOMER
-- better: lower
-- unit: ratio
-- owner: officers at the opening by share
-- needs: loan_event.reason_code, loan_snapshot.status
-- params: period_start DATE, period_end DATE, early_payoff_days INT
-- source: 银行贷后管理绩效考核 提前还清贷款转投他行
-- edges: Balance prepaid by the loans that were paid off in the period with a PAID_OFF event of reason REFINANCED_ELSEWHERE, early_payoff_days or more before
--   their contractual maturity (or without one), over the performing balance at the opening. Both only of customers of customer_base, so without customers who
--   had a non-performing loan or, with exclude_watch, stood on the RED watch list. What was prepaid is the amount of the event, where it has none or 0 the
--   balance on the last ACTIVE snapshot before the payoff, and never more than the opening balance. New loans of other banks are not in the data: a payoff
--   without the reason does not count.

WITH opening AS (
    SELECT
        loan_month.loan_id,
        loan_month.customer_id,
        loan_month.snapshot_date,
        loan_month.principal_balance
    FROM customer_base
    JOIN loan_month ON loan_month.customer_id = customer_base.customer_id
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
      AND loan_month.five_tier_class IN ('NORMAL', 'SPECIAL_MENTION')
),

refinanced AS (
    SELECT
        opening.loan_id,
        loan.ended_on,
        max(loan_event.amount) AS amount
    FROM loan_event
    JOIN opening ON opening.loan_id = loan_event.loan_id
    JOIN loan ON loan.loan_id = loan_event.loan_id
    WHERE loan_event.event_type = 'PAID_OFF'
      AND loan_event.reason_code = 'REFINANCED_ELSEWHERE'
      AND loan.ended_on BETWEEN $period_start AND $period_end
      AND coalesce(loan.end_type, 'PAID_OFF') = 'PAID_OFF'
      AND (loan.maturity_date IS NULL OR loan.ended_on <= loan.maturity_date - CAST($early_payoff_days AS INT))
    GROUP BY opening.loan_id, loan.ended_on
),

last_balance AS (
    SELECT
        refinanced.loan_id,
        refinanced.amount,
        first_value(loan_month.principal_balance ORDER BY loan_month.snapshot_date DESC) AS balance
    FROM refinanced
    JOIN loan_month ON loan_month.loan_id = refinanced.loan_id
    WHERE loan_month.status = 'ACTIVE'
      AND loan_month.snapshot_date < refinanced.ended_on
    GROUP BY refinanced.loan_id, refinanced.amount
)

SELECT
    owner.officer_id,
    opening.loan_id,
    opening.customer_id,
    opening.loan_id AS key,
    CASE
        WHEN last_balance.loan_id IS NULL THEN CAST(0 AS DECIMAL(38,12))
        WHEN last_balance.amount > 0 THEN CAST(least(last_balance.amount, opening.principal_balance) * owner.share AS DECIMAL(38,12))
        ELSE CAST(least(last_balance.balance, opening.principal_balance) * owner.share AS DECIMAL(38,12))
    END AS numerator,
    CAST(opening.principal_balance * owner.share AS DECIMAL(38,12)) AS denominator
FROM opening
LEFT JOIN last_balance ON last_balance.loan_id = opening.loan_id
JOIN owner
  ON owner.loan_id = opening.loan_id
 AND owner.valid_from <= opening.snapshot_date
 AND owner.valid_to > opening.snapshot_date
