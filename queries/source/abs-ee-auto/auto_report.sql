-- name: auto_report
-- title: Auto loans month by month | 车贷逐月报告
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, auto loans: the reporting-period columns of month 0, and BAL, PRC, PMT, REC and REP of the months after it
-- edges: One row per loan and month of its file, also the months after the loan's end, which are empty. Months of a loan whose own row was rejected are left out with it. A loan that stands in two files has each month twice, which breaks the key.
--   balance_before is the balance of the month before, in month 0 the beginning balance of the report; it is empty where the row of that month was rejected.
--   no_payment_months counts the months in a row, up to and with this one, whose total paid is not above 0; months without a total paid neither count nor break the row.
--   A loan is charged off in the month in which its balance falls to 0 without being paid (ZERO_ROW: balance before less principal leaves more than 0.01), or in the first month without a balance after a last one above 0.01 (ROW_VANISHED). The end of the file is not such a month. Month 0 is never a charge-off.
--   status is ACTIVE while the balance is above 0, then WRITTEN_OFF by that rule and PAID_OFF otherwise, a negative balance too; it is empty in the months after the end.
--   known_at is an assumption, 15 days after the end of the month: the files do not tell when a report was filed.

-- Types only, as in auto_contract: a cell that does not cast is rejected by file, line and column.
WITH later_month AS (
    SELECT
        "assetNumber" AS loan_id,
        CAST("month" AS INT) AS month_no,
        CAST(CAST("BAL" AS DOUBLE) AS DECIMAL(18, 2)) AS reported_balance,
        CAST(CAST("PRC" AS DOUBLE) AS DECIMAL(18, 2)) AS principal_collected,
        CAST(CAST("PMT" AS DOUBLE) AS DECIMAL(18, 2)) AS total_paid,
        CAST(CAST("REC" AS DOUBLE) AS DECIMAL(18, 2)) AS recovered,
        CAST(CAST("REP" AS DOUBLE) AS DECIMAL(18, 2)) AS repossession_proceeds,
        "_file" AS source_file
    FROM raw.auto_month
),

reported_month AS (
    SELECT
        loan_id,
        0 AS month_no,
        first_report_from,
        beginning_balance,
        ending_balance AS reported_balance,
        principal_collected,
        total_paid,
        recovered,
        repossession_proceeds,
        source_file
    FROM auto_contract
    UNION ALL
    SELECT
        later_month.loan_id,
        later_month.month_no,
        auto_contract.first_report_from,
        CAST(NULL AS DECIMAL(18, 2)) AS beginning_balance,
        later_month.reported_balance,
        later_month.principal_collected,
        later_month.total_paid,
        later_month.recovered,
        later_month.repossession_proceeds,
        auto_contract.source_file
    FROM later_month
    INNER JOIN auto_contract
        ON
            auto_contract.loan_id = later_month.loan_id
            AND (auto_contract.n_lines = 1 OR auto_contract.source_file = later_month.source_file)
),

compared AS (
    SELECT
        *,
        -- Months since year 0, so that the month after this one is easy to name.
        CAST(
            12 * DATE_PART('year', first_report_from) + DATE_PART('month', first_report_from) + month_no AS INT
        ) AS next_month,
        CASE
            WHEN month_no = 0 THEN beginning_balance
            WHEN LAG(month_no) OVER of_loan = month_no - 1 THEN LAG(reported_balance) OVER of_loan
        END AS balance_before,
        CASE WHEN LAG(month_no) OVER of_loan = month_no - 1 THEN LAG(month_no) OVER of_loan END AS month_before,
        MAX(CASE WHEN reported_balance IS NOT NULL THEN month_no END) OVER (PARTITION BY loan_id, source_file)
            AS last_month_with_balance,
        SUM(CASE WHEN total_paid > 0 THEN 1 ELSE 0 END) OVER of_loan AS n_payments
    FROM reported_month
    WINDOW of_loan AS (PARTITION BY loan_id, source_file ORDER BY month_no)
),

judged AS (
    SELECT
        *,
        SUM(CASE WHEN total_paid <= 0 THEN 1 ELSE 0 END)
            OVER (PARTITION BY loan_id, source_file, n_payments ORDER BY month_no) AS no_payment_months,
        CASE
            WHEN month_no = 0 THEN NULL
            WHEN reported_balance = 0 AND balance_before - principal_collected > 0.01 THEN 'ZERO_ROW'
            WHEN month_before = last_month_with_balance AND balance_before > 0.01 THEN 'ROW_VANISHED'
        END AS write_off_sign
    FROM compared
),

ended AS (
    SELECT
        *,
        CASE
            WHEN reported_balance > 0 THEN 'ACTIVE'
            WHEN write_off_sign IS NOT NULL THEN 'WRITTEN_OFF'
            -- Further rows without a balance do not change how the loan ended.
            WHEN reported_balance IS NOT NULL AND (month_no = 0 OR balance_before > 0 OR balance_before IS NULL)
                THEN 'PAID_OFF'
        END AS new_status
    FROM judged
)

SELECT
    loan_id,
    month_no,
    MAKE_DATE(next_month / 12, next_month % 12 + 1, 1) - 1 AS month_end,
    balance_before,
    reported_balance,
    principal_collected,
    total_paid,
    recovered,
    repossession_proceeds,
    CAST(CASE WHEN total_paid IS NOT NULL THEN no_payment_months END AS INT) AS no_payment_months,
    CASE
        WHEN reported_balance IS NOT NULL OR write_off_sign IS NOT NULL
            THEN LAST_VALUE(new_status) IGNORE NULLS OVER (
                PARTITION BY loan_id, source_file ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            )
    END AS status,
    COALESCE(new_status IN ('PAID_OFF', 'WRITTEN_OFF'), FALSE) AS is_end,
    write_off_sign,
    CAST(
        CASE write_off_sign
            WHEN 'ZERO_ROW' THEN balance_before - principal_collected
            WHEN 'ROW_VANISHED' THEN balance_before
        END AS DECIMAL(18, 2)
    ) AS written_off,
    'SEC_ABSEE' AS source_system,
    source_file AS batch_id,
    MAKE_DATE(next_month / 12, next_month % 12 + 1, 1) + 14 AS known_at
FROM ended
