-- name: auto_loss_by_segment
-- title: Losses of auto loans by segment | 车贷分维度损失
-- kind: portfolio
-- grain: dimension, code
-- needs: auto_report.month_no
-- source: sums of auto_outcome and auto_loss
-- edges: Whole history up to the cutoff. dimension is total (code ALL), branch, risk_category or vintage (quarter of origination); a loan without the code counts in code UNKNOWN. Every dimension adds up to the total.
--   default_rate divides loans, net_loss_rate divides the net loss by the amount originated; each is empty where the divisor is 0. n_repaid_charged_off and repaid_charged_off are the loans whose published outcome is repaid although they were charged off, n_default_without_charge_off those in default without a charge-off.

WITH loan_loss AS (
    SELECT
        auto_outcome.d,
        auto_outcome.r,
        COALESCE(auto_outcome.branch_id, 'UNKNOWN') AS branch_id,
        COALESCE(auto_outcome.risk_category, 'UNKNOWN') AS risk_category,
        auto_outcome.vintage,
        auto_outcome.origination_amount,
        auto_loss.charge_off_sign,
        COALESCE(auto_loss.charged_off, 0) AS charged_off,
        COALESCE(auto_loss.recovered, 0) AS recovered,
        COALESCE(auto_loss.repossession_proceeds, 0) AS repossession_proceeds,
        COALESCE(auto_loss.repossession_costs, 0) AS repossession_costs,
        COALESCE(auto_loss.recovery_net, 0) AS recovery_net,
        COALESCE(auto_loss.recovery_without_balance, 0) AS recovery_without_balance,
        COALESCE(auto_loss.net_loss, 0) AS net_loss
    FROM auto_outcome
    LEFT JOIN auto_loss ON auto_loss.loan_id = auto_outcome.loan_id
),

dimension(dimension) AS (
    VALUES ('total'), ('branch'), ('risk_category'), ('vintage')
),

coded AS (
    SELECT
        dimension.dimension,
        CASE dimension.dimension
            WHEN 'branch' THEN loan_loss.branch_id
            WHEN 'risk_category' THEN loan_loss.risk_category
            WHEN 'vintage' THEN loan_loss.vintage
            ELSE 'ALL'
        END AS code,
        loan_loss.*
    FROM loan_loss
    CROSS JOIN dimension
)

SELECT
    dimension,
    code,
    COUNT(*) AS n_loans,
    CAST(SUM(origination_amount) AS DECIMAL(18, 2)) AS originated,
    CAST(SUM(d) AS BIGINT) AS n_default,
    CAST(SUM(d) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS default_rate,
    COUNT(CASE WHEN charged_off > 0 THEN 1 END) AS n_charged_off,
    CAST(SUM(charged_off) AS DECIMAL(18, 2)) AS charged_off,
    COUNT(CASE WHEN charge_off_sign = 'ROW_VANISHED' THEN 1 END) AS n_row_vanished,
    CAST(SUM(CASE WHEN charge_off_sign = 'ROW_VANISHED' THEN charged_off ELSE 0 END) AS DECIMAL(18, 2))
        AS charged_off_row_vanished,
    CAST(SUM(recovered) AS DECIMAL(18, 2)) AS recovered,
    CAST(SUM(repossession_proceeds) AS DECIMAL(18, 2)) AS repossession_proceeds,
    CAST(SUM(repossession_costs) AS DECIMAL(18, 2)) AS repossession_costs,
    CAST(SUM(recovery_net) AS DECIMAL(18, 2)) AS recovery_net,
    CAST(SUM(recovery_without_balance) AS DECIMAL(18, 2)) AS recovery_without_balance,
    CAST(SUM(net_loss) AS DECIMAL(18, 2)) AS net_loss,
    CAST(SUM(net_loss) AS DOUBLE) / CAST(NULLIF(SUM(origination_amount), 0) AS DOUBLE) AS net_loss_rate,
    COUNT(CASE WHEN charged_off > 0 AND r = 1 THEN 1 END) AS n_repaid_charged_off,
    CAST(SUM(CASE WHEN r = 1 THEN charged_off ELSE 0 END) AS DECIMAL(18, 2)) AS repaid_charged_off,
    COUNT(CASE WHEN d = 1 AND charged_off = 0 THEN 1 END) AS n_default_without_charge_off
FROM coded
GROUP BY dimension, code
