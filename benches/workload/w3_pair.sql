-- From one month-end to the next: states 0 to 7 by days past due, 8 paid off, 9 written off.
WITH opening AS (
    SELECT
        loan_id,
        principal_balance,
        {STATE}
    FROM month_{A}
),

closing AS (
    SELECT
        loan_id,
        {STATE}
    FROM month_{B}
)

SELECT opening.state AS from_state, closing.state AS to_state, count(*) AS n, sum(opening.principal_balance) AS amount
FROM opening
JOIN closing ON closing.loan_id = opening.loan_id
WHERE opening.state < 8
GROUP BY opening.state, closing.state
