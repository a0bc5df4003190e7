-- name: auto_outcome
-- title: Outcome of auto loans by the published rule | 车贷结局(公开口径)
-- kind: portfolio
-- grain: loan_id
-- needs: auto_report.month_no
-- source: Lautier, Pozdnyakov, Yan, On the convergence of credit risk in current consumer automobile loans (doi 10.1093/jrsssa/qnae137), code/default_time.R
-- edges: Whole history up to the cutoff, not the period alone: an earlier period gives the outcome as it stood then, the last one the published outcome. The window is the number of months after month 0 that the loan's file shows by the cutoff, at least 1.
--   Positions count from 1, the month 0. Two lists are read: the balances (the beginning balance of month 0, then BAL1, BAL2, …; the ending balance of month 0 is not among them) and the totals paid (month 0, then PMT1, …). Empty months drop out of each.
--   Repaid (r) if all principal collected, month 0 included, plus 10 reaches the smaller of the beginning and the ending balance of month 0; x is then the position of the first balance of exactly 0, else of the last balance, at most the window.
--   Else default (d) if three totals paid in a row are exactly 0; x is the position of the first 0 of the first such row. Else censored (c), and x is the window.
--   Repaid wins with hindsight: a loan that missed three payments and repaid later is no default here. ever_3_zero_payments says 1 for both.
--   event_month is the month of x, empty for a censored loan. A default is known only two months later, in third_zero_month. ever_third_zero_month is the same for every loan that ever missed three payments in a row.

WITH loan_window AS (
    SELECT
        loan_id,
        month_no,
        month_end,
        balance_before,
        reported_balance,
        principal_collected,
        total_paid,
        MAX(month_no) OVER (PARTITION BY batch_id) AS months_in_file
    FROM auto_report
),

life AS (
    SELECT
        loan_id,
        MIN(CASE WHEN month_no = 0 THEN month_end END) AS first_month_end,
        GREATEST(MAX(months_in_file), 1) AS months_seen,
        SUM(principal_collected) AS principal,
        LEAST(
            MIN(CASE WHEN month_no = 0 THEN balance_before END), MIN(CASE WHEN month_no = 0 THEN reported_balance END)
        ) AS initial_balance
    FROM loan_window
    GROUP BY loan_id
),

balance AS (
    SELECT
        loan_id,
        balance,
        ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY month_no) AS place
    FROM (
        SELECT
            loan_id,
            month_no,
            CASE WHEN month_no = 0 THEN balance_before ELSE reported_balance END AS balance
        FROM loan_window
    ) AS listed
    WHERE balance IS NOT NULL
),

balance_end AS (
    SELECT
        loan_id,
        MIN(CASE WHEN balance = 0 THEN place END) AS first_zero,
        MAX(place) AS last_place
    FROM balance
    GROUP BY loan_id
),

paid AS (
    SELECT
        loan_id,
        total_paid,
        ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY month_no) AS place
    FROM loan_window
    WHERE total_paid IS NOT NULL
),

-- Zeros in a row have the same distance between their place among all months and that among zeros.
zero_run AS (
    SELECT
        loan_id,
        MIN(place) AS first_place
    FROM (
        SELECT
            loan_id,
            place,
            CAST(place AS BIGINT) - CAST(ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY place) AS BIGINT) AS run
        FROM paid
        WHERE total_paid = 0
    ) AS zero
    GROUP BY loan_id, run
    HAVING COUNT(*) >= 3
),

missed AS (
    SELECT loan_id, MIN(first_place) AS first_place
    FROM zero_run
    GROUP BY loan_id
),

judged AS (
    SELECT
        life.loan_id,
        life.first_month_end,
        life.months_seen,
        COALESCE(life.principal + 10 >= life.initial_balance, FALSE) AS is_repaid,
        LEAST(balance_end.first_zero, balance_end.last_place, life.months_seen) AS end_place,
        missed.first_place AS missed_place
    FROM life
    LEFT JOIN balance_end ON balance_end.loan_id = life.loan_id
    LEFT JOIN missed ON missed.loan_id = life.loan_id
),

placed AS (
    SELECT
        loan_id,
        -- Months since year 0 of position 0, the month before month 0.
        CAST(12 * DATE_PART('year', first_month_end) + DATE_PART('month', first_month_end) - 2 AS BIGINT) AS month_before,
        CAST(months_seen AS BIGINT) AS months_seen,
        is_repaid,
        NOT is_repaid AND missed_place IS NOT NULL AS is_default,
        CAST(missed_place AS BIGINT) AS missed_place,
        CAST(
            CASE
                WHEN is_repaid THEN end_place
                WHEN missed_place IS NOT NULL THEN missed_place
                ELSE months_seen
            END AS BIGINT
        ) AS x
    FROM judged
)

SELECT
    placed.loan_id,
    placed.x,
    CAST(CASE WHEN placed.is_repaid OR placed.is_default THEN 0 ELSE 1 END AS BIGINT) AS c,
    CAST(CASE WHEN placed.is_default THEN 1 ELSE 0 END AS BIGINT) AS d,
    CAST(CASE WHEN placed.is_repaid THEN 1 ELSE 0 END AS BIGINT) AS r,
    CASE
        WHEN placed.is_repaid OR placed.is_default
            THEN MAKE_DATE((placed.month_before + placed.x) / 12, (placed.month_before + placed.x) % 12 + 1, 1)
    END AS event_month,
    CASE
        WHEN placed.is_default
            THEN MAKE_DATE((placed.month_before + placed.x + 2) / 12, (placed.month_before + placed.x + 2) % 12 + 1, 1)
    END AS third_zero_month,
    CAST(CASE WHEN placed.missed_place IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS ever_3_zero_payments,
    MAKE_DATE(
        (placed.month_before + placed.missed_place + 2) / 12, (placed.month_before + placed.missed_place + 2) % 12 + 1, 1
    ) AS ever_third_zero_month,
    MAKE_DATE((placed.month_before + 1) / 12, (placed.month_before + 1) % 12 + 1, 1) AS first_month,
    placed.months_seen,
    CONCAT(
        CAST(DATE_PART('year', loan.origination_date) AS TEXT),
        'Q',
        CAST(DATE_PART('quarter', loan.origination_date) AS TEXT)
    ) AS vintage,
    loan.branch_id,
    loan.origination_rating AS risk_category,
    loan.origination_amount
FROM placed
INNER JOIN loan ON loan.loan_id = placed.loan_id
