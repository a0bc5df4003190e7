WITH summed AS (
    SELECT
        officer.officer_id,
        stock.n_loans,
        stock.npl_num,
        stock.npl_den,
        coalesce(formation.form_num, 0) AS form_num,
        coalesce(stock.performing, 0) + coalesce(disbursed.disbursed, 0) AS form_den,
        cohort.due_p,
        cohort.coll_p,
        cohort.ontime_p,
        cohort.due_i,
        cohort.coll_i,
        stock.avg_balance,
        interest.interest_cash,
        stock.el_amount
    FROM officer
    LEFT JOIN stock ON stock.officer_id = officer.officer_id
    LEFT JOIN disbursed ON disbursed.officer_id = officer.officer_id
    LEFT JOIN formation ON formation.officer_id = officer.officer_id
    LEFT JOIN cohort ON cohort.officer_id = officer.officer_id
    LEFT JOIN interest ON interest.officer_id = officer.officer_id
)

SELECT
    officer_id,
    n_loans,
    npl_num,
    npl_den,
    CASE WHEN npl_den > 0 THEN npl_num / npl_den END AS npl_ratio,
    form_num,
    form_den,
    CASE WHEN form_den > 0 THEN form_num / form_den END AS npl_formation_rate,
    due_p,
    coll_p,
    ontime_p,
    CASE WHEN due_p > 0 THEN coll_p / due_p END AS principal_recovery_rate,
    CASE WHEN due_p > 0 THEN ontime_p / due_p END AS on_time_collection_rate,
    due_i,
    coll_i,
    CASE WHEN due_i > 0 THEN coll_i / due_i END AS interest_collection_rate,
    avg_balance,
    interest_cash,
    el_amount,
    CASE
        WHEN avg_balance > 0
            THEN CAST(365 AS DOUBLE) / {P_DAYS} * coalesce(interest_cash, 0) / avg_balance - CAST(0.022 AS DOUBLE) - el_amount / avg_balance
    END AS risk_adjusted_yield
FROM summed
