-- Episodes over 90 days past due with their first snapshot: a gap of more than 270 days begins a new one.
-- One order over all loans, because a window of its own for every loan costs more than the rows in it.
WITH late AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        principal_balance,
        lag(loan_id) OVER history AS previous_loan,
        lag(snapshot_date) OVER history AS previous_date
    FROM snapshot
    WHERE days_past_due > 90
    WINDOW history AS (ORDER BY loan_id, snapshot_date)
),

marked AS (
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        principal_balance,
        previous_date IS NULL OR previous_loan <> loan_id OR snapshot_date - previous_date > 270 AS is_first
    FROM late
),

numbered AS (
    SELECT
        loan_id,
        snapshot_date,
        CASE WHEN is_first THEN days_past_due END AS first_days,
        CASE WHEN is_first THEN principal_balance END AS first_balance,
        sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (ORDER BY loan_id, snapshot_date ROWS UNBOUNDED PRECEDING) AS episode_no
    FROM marked
),

spell AS (
    SELECT
        episode_no,
        loan_id,
        min(snapshot_date) AS first_date,
        max(snapshot_date) AS end_date,
        max(first_days) AS first_days,
        max(first_balance) AS first_balance
    FROM numbered
    GROUP BY episode_no, loan_id
)

SELECT
    loan_id,
    episode_no,
    first_date,
    end_date,
    first_balance,
    first_date - CAST(first_days - 91 AS INT) AS default_date,
    first_date - CAST(date_part('day', first_date) AS INT) AS previous_month_end
FROM spell
