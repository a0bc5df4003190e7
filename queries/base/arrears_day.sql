-- name: arrears_day
-- title: Days on which the arrears of a loan are worked out | 需逐笔计算欠款的日期
-- kind: base
-- keep: yes
-- params: dpd_origin TEXT, materiality_absolute_retail DECIMAL(18,2), materiality_absolute_other DECIMAL(18,2), materiality_relative DECIMAL(12,8)
-- source: RTS 2018/171: arrears are weighed against the thresholds every day
-- edges: The snapshots of arrears_snapshot. Where a materiality threshold is above 0, also every day up to the last of them on which the arrears or
--   the balance of the loan may have changed: a day on which an instalment begins to count, is cancelled or cash comes in, and the date of
--   an ACTIVE snapshot. Between two such days nothing changes.

WITH weighed_loan AS (
    SELECT loan_id, max(snapshot_date) AS last_date
    FROM arrears_snapshot
    WHERE $materiality_absolute_retail > 0
       OR $materiality_absolute_other > 0
       OR $materiality_relative > 0
    GROUP BY loan_id
),

weighed_day AS (
    SELECT
        planned_instalment.loan_id,
        planned_instalment.due_date + CAST(CASE WHEN $dpd_origin = 'due_date' THEN 0 ELSE 1 END AS INT) AS arrears_date
    FROM weighed_loan
    JOIN planned_instalment ON planned_instalment.loan_id = weighed_loan.loan_id
    UNION ALL
    SELECT planned_instalment.loan_id, planned_instalment.cancelled_on AS arrears_date
    FROM weighed_loan
    JOIN planned_instalment ON planned_instalment.loan_id = weighed_loan.loan_id
    UNION ALL
    SELECT cash.loan_id, cash.value_date AS arrears_date
    FROM weighed_loan
    JOIN cash ON cash.loan_id = weighed_loan.loan_id
    UNION ALL
    SELECT loan_snapshot.loan_id, loan_snapshot.snapshot_date AS arrears_date
    FROM weighed_loan
    JOIN input.loan_snapshot ON loan_snapshot.loan_id = weighed_loan.loan_id
    WHERE loan_snapshot.status = 'ACTIVE'
)

SELECT loan_id, snapshot_date AS arrears_date
FROM arrears_snapshot
UNION
SELECT weighed_day.loan_id, weighed_day.arrears_date
FROM weighed_loan
JOIN weighed_day ON weighed_day.loan_id = weighed_loan.loan_id
WHERE weighed_day.arrears_date <= weighed_loan.last_date
