-- name: recovery_cost
-- title: Costs of recovering auto loans | 车贷清收费用
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102: negative amounts of REC and REP
-- edges: A negative amount is a cost of the recovery or a proceed taken back, which the files do not tell apart; most are -300.00 of REP. It is a cost of the same month, with the sign turned, so that recoveries less costs are the sum of REC and REP with their signs.

WITH kind(kind) AS (
    VALUES ('RECOVERED'), ('REPOSSESSION')
),

amount AS (
    SELECT
        auto_report.loan_id,
        auto_report.month_no,
        auto_report.month_end,
        kind.kind,
        CASE kind.kind WHEN 'RECOVERED' THEN auto_report.recovered ELSE auto_report.repossession_proceeds END AS amount,
        auto_report.source_system,
        auto_report.batch_id,
        auto_report.known_at
    FROM auto_report
    CROSS JOIN kind
)

SELECT
    CONCAT(loan_id, '/', LPAD(CAST(month_no AS TEXT), 3, '0'), '/', kind) AS cost_id,
    loan_id,
    month_end AS cost_date,
    CAST(-amount AS DECIMAL(18, 2)) AS amount,
    kind AS cost_type,
    source_system,
    batch_id,
    known_at
FROM amount
WHERE amount < 0
