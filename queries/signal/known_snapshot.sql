-- name: known_snapshot
-- title: Snapshots that were news when the bank had them | 快照（按知晓先后）
-- kind: base
-- keep: yes
-- grain: loan_id, snapshot_date
-- needs: loan
-- source: Holopainen and Sarlin (2015), evaluation with the data known at the time
-- edges: known_on is the day from which the bank had the snapshot and its loan: the latest of snapshot_date, the day of its known_at, the origination and the day of the
--   loan's known_at. A snapshot is left out if by that day the bank had one of a later date, so that the others follow one another by snapshot_date and by known_on
--   alike: of a history that was loaded on one day only the newest snapshot stays, and one that was entered late, after its successor, tells nothing. What
--   is left out on a day depends on nothing that was known later. Rows are as delivered, amounts in the currency of the loan: days past due that are computed
--   where none are delivered change with payments entered later, so they are not used.

WITH dated AS (
    SELECT
        loan_snapshot.loan_id,
        loan.customer_id,
        loan_snapshot.snapshot_date,
        greatest(
            loan_snapshot.snapshot_date,
            CAST(loan_snapshot.known_at AS DATE),
            loan.origination_date,
            CAST(loan.known_at AS DATE)
        ) AS known_on,
        loan_snapshot.status,
        loan_snapshot.principal_balance,
        loan_snapshot.undrawn_amount,
        loan_snapshot.days_past_due,
        loan_snapshot.five_tier_class,
        loan_snapshot.pd,
        loan_snapshot.internal_rating
    FROM input.loan
    JOIN delivered.loan_snapshot ON loan_snapshot.loan_id = loan.loan_id
),

placed AS (
    -- Snapshots known on one day are peers: each sees the newest of them.
    SELECT
        loan_id,
        customer_id,
        snapshot_date,
        known_on,
        max(snapshot_date) OVER (PARTITION BY loan_id ORDER BY known_on) AS newest_date,
        status,
        principal_balance,
        undrawn_amount,
        days_past_due,
        five_tier_class,
        pd,
        internal_rating
    FROM dated
)

SELECT
    loan_id,
    customer_id,
    snapshot_date,
    known_on,
    status,
    principal_balance,
    undrawn_amount,
    days_past_due,
    five_tier_class,
    pd,
    internal_rating
FROM placed
WHERE snapshot_date = newest_date
