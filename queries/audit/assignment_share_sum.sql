-- name: assignment_share_sum
-- title: Shares of a loan do not exceed one | 管户比例合计不超过一
-- kind: audit
-- severity: error
-- source: the shares of a loan and role are parts of one whole
-- edges: Per loan, role and day over all assignments. Only more than 1 by over 0.000001 is an error; what is missing to 1 belongs to UNASSIGNED. One row
--   per loan and role, with the highest sum and the first day it holds. A span without any day counts nothing.

WITH share_change AS (
    SELECT
        loan_id,
        role,
        valid_from AS change_date,
        share AS change
    FROM officer_assignment
    WHERE valid_to IS NULL
       OR valid_to > valid_from
    UNION ALL
    SELECT
        loan_id,
        role,
        coalesce(valid_to, DATE '9999-12-31') AS change_date,
        -share AS change
    FROM officer_assignment
    WHERE valid_to IS NULL
       OR valid_to > valid_from
),

daily_change AS (
    SELECT loan_id, role, change_date, sum(change) AS change
    FROM share_change
    GROUP BY loan_id, role, change_date
),

daily_sum AS (
    -- The changes of a loan and role cancel out over all time, so that one running sum over all of them is that of each.
    SELECT
        loan_id,
        role,
        change_date,
        sum(change) OVER (ORDER BY loan_id, role, change_date ROWS UNBOUNDED PRECEDING) AS share_sum
    FROM daily_change
),

excess AS (
    SELECT
        loan_id,
        role,
        max(share_sum) AS share_sum,
        first_value(change_date ORDER BY share_sum DESC, change_date) AS excess_from
    FROM daily_sum
    WHERE share_sum > 1.000001
    GROUP BY loan_id, role
)

SELECT
    concat(loan_id, '/', role) AS key,
    concat('The shares of loan ', loan_id, ' in role ', role, ' add up to ', CAST(CAST(share_sum AS DECIMAL(18,6)) AS TEXT), ' from ',
        CAST(excess_from AS TEXT), ' on; a loan can be held only once.') AS detail
FROM excess
