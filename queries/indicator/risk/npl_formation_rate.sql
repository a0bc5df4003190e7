-- name: npl_formation_rate
-- title: Formation of non-performing loans | 不良生成率
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio per period
-- owner: defaults: by days held in the responsibility_window_days before the default; base: officers at the opening, of a disbursement on its day
-- needs: loan_snapshot.five_tier_class
-- params: period_start DATE, period_end DATE
-- source: 不良生成率 of annual reports; ECB NPL Guidance (2017) 3.5, NPL inflow
-- edges: Exposure of the default episodes that began in the period over performing principal (NORMAL, SPECIAL_MENTION) at the opening plus what was paid out in the period. A loan that was
--   originated in the period and has no DISBURSEMENT event counts with its origination amount. The shares of a default are those of default_owner.
--   Cured or written off later, a default stays one.

WITH opening AS (
    SELECT loan_month.loan_id, loan_month.customer_id, loan_month.snapshot_date, loan_month.principal_balance
    FROM loan_month
    WHERE loan_month.snapshot_date = (SELECT open_date FROM reporting_date)
      AND loan_month.status = 'ACTIVE'
      AND loan_month.five_tier_class IN ('NORMAL', 'SPECIAL_MENTION')
),

disbursement AS (
    SELECT loan_id, event_date AS paid_on, amount
    FROM loan_event
    WHERE event_type = 'DISBURSEMENT'
      AND event_date BETWEEN $period_start AND $period_end
    UNION ALL
    SELECT loan.loan_id, loan.origination_date AS paid_on, loan.origination_amount AS amount
    FROM loan
    WHERE loan.origination_date BETWEEN $period_start AND $period_end
      AND NOT EXISTS (SELECT 1 FROM loan_event WHERE loan_event.loan_id = loan.loan_id AND loan_event.event_type = 'DISBURSEMENT')
)

SELECT
    officer_id,
    loan_id,
    customer_id,
    loan_id AS key,
    CAST(CAST(ead * share_days AS DECIMAL(28,12)) / window_days AS DECIMAL(38,12)) AS numerator,
    CAST(0 AS DECIMAL(38,12)) AS denominator,
    rule_code
FROM default_owner
WHERE default_date BETWEEN $period_start AND $period_end
UNION ALL
SELECT
    owner.officer_id,
    opening.loan_id,
    opening.customer_id,
    opening.loan_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(opening.principal_balance * owner.share AS DECIMAL(38,12)) AS denominator,
    'OPENING_PERFORMING' AS rule_code
FROM opening
JOIN owner
  ON owner.loan_id = opening.loan_id
 AND owner.valid_from <= opening.snapshot_date
 AND owner.valid_to > opening.snapshot_date
UNION ALL
SELECT
    owner.officer_id,
    disbursement.loan_id,
    loan.customer_id,
    disbursement.loan_id AS key,
    CAST(0 AS DECIMAL(38,12)) AS numerator,
    CAST(disbursement.amount * owner.share AS DECIMAL(38,12)) AS denominator,
    'NEW_DISBURSEMENT' AS rule_code
FROM disbursement
JOIN loan ON loan.loan_id = disbursement.loan_id
JOIN owner
  ON owner.loan_id = disbursement.loan_id
 AND owner.valid_from <= disbursement.paid_on
 AND owner.valid_to > disbursement.paid_on
