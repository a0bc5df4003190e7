-- name: auto_loss
-- title: Charge-offs and recoveries of auto loans | 车贷核销与回收
-- kind: portfolio
-- grain: loan_id
-- needs: auto_report.month_no
-- source: SEC Form ABS-EE, exhibit 102: charge-offs by the rule of auto_report; REC and REP as reported
-- edges: Whole history up to the cutoff, one row per loan that was charged off or had a recovery or cost by then. charge_off_month is the last day of the month; a loan charged off twice shows the first month and both amounts.
--   Recoveries count in every month, also after the balance is gone, and with their signs: recovery_net = recovered + repossession_proceeds + repossession_costs (the last is negative). recovery_without_balance is the part in months without a reported balance. net_loss is the charge-off less recovery_net; it may be negative.
--   d, r and c are the outcome of auto_outcome: a default is not a loss, and a repaid loan may have been charged off.

WITH charge_off AS (
    SELECT
        loan_id,
        MIN(event_date) AS charge_off_month,
        MIN(reason_code) AS charge_off_sign,
        SUM(amount) AS charged_off
    FROM loan_event
    WHERE event_type = 'WRITE_OFF'
    GROUP BY loan_id
),

recovery AS (
    SELECT
        loan_id,
        COALESCE(SUM(recovered), 0) AS recovered,
        COALESCE(SUM(CASE WHEN repossession_proceeds > 0 THEN repossession_proceeds END), 0) AS repossession_proceeds,
        COALESCE(SUM(CASE WHEN repossession_proceeds < 0 THEN repossession_proceeds END), 0) AS repossession_costs,
        COALESCE(
            SUM(CASE WHEN reported_balance IS NULL THEN COALESCE(recovered, 0) + COALESCE(repossession_proceeds, 0) END), 0
        ) AS recovery_without_balance
    FROM auto_report
    WHERE recovered <> 0 OR repossession_proceeds <> 0
    GROUP BY loan_id
),

loss AS (
    SELECT
        auto_outcome.loan_id,
        auto_outcome.d,
        auto_outcome.r,
        auto_outcome.c,
        auto_outcome.branch_id,
        auto_outcome.risk_category,
        auto_outcome.vintage,
        charge_off.charge_off_month,
        charge_off.charge_off_sign,
        COALESCE(charge_off.charged_off, 0) AS charged_off,
        COALESCE(recovery.recovered, 0) AS recovered,
        COALESCE(recovery.repossession_proceeds, 0) AS repossession_proceeds,
        COALESCE(recovery.repossession_costs, 0) AS repossession_costs,
        COALESCE(recovery.recovery_without_balance, 0) AS recovery_without_balance
    FROM auto_outcome
    LEFT JOIN charge_off ON charge_off.loan_id = auto_outcome.loan_id
    LEFT JOIN recovery ON recovery.loan_id = auto_outcome.loan_id
    WHERE charge_off.loan_id IS NOT NULL OR recovery.loan_id IS NOT NULL
)

SELECT
    loan_id,
    d,
    r,
    c,
    branch_id,
    risk_category,
    vintage,
    charge_off_month,
    charge_off_sign,
    CAST(charged_off AS DECIMAL(18, 2)) AS charged_off,
    CAST(recovered AS DECIMAL(18, 2)) AS recovered,
    CAST(repossession_proceeds AS DECIMAL(18, 2)) AS repossession_proceeds,
    CAST(repossession_costs AS DECIMAL(18, 2)) AS repossession_costs,
    CAST(recovered + repossession_proceeds + repossession_costs AS DECIMAL(18, 2)) AS recovery_net,
    CAST(recovery_without_balance AS DECIMAL(18, 2)) AS recovery_without_balance,
    CAST(charged_off - recovered - repossession_proceeds - repossession_costs AS DECIMAL(18, 2)) AS net_loss
FROM loss
