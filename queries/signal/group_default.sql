-- name: group_default
-- title: Another member of the group defaults | 集团成员违约
-- kind: signal
-- needs: loan.customer_id, customer.group_id
-- source: CRR Art. 4(1)(39): of connected clients, financial problems of one make those of the others likely; EBA/GL/2020/06 section 8.5
-- edges: Fires for every other customer with the same group_id when a customer defaults, on the day from which the bank knew (default_sign), or from which it had both customers
--   where that is later. Only for customers with a loan originated by the day of default_sign; where the bank had that loan later, from then on. Each default
--   of another member fires; several on one day are one row. Groups have no history: today's group_id stands for that of the day. A default of the customer's own does not fire.
--   There is no score.

WITH member AS (
    SELECT
        customer_id,
        group_id,
        CAST(known_at AS DATE) AS known_on
    FROM input.customer
    WHERE group_id IS NOT NULL
),

connected AS (
    SELECT
        other.customer_id,
        default_sign.known_on AS default_known_on,
        greatest(default_sign.known_on, member.known_on, other.known_on) AS known_on
    FROM default_sign
    JOIN member ON member.customer_id = default_sign.customer_id
    JOIN member AS other
      ON other.group_id = member.group_id
     AND other.customer_id <> member.customer_id
)

SELECT
    customer_id,
    CAST(NULL AS VARCHAR) AS loan_id,
    issued_at,
    'ORANGE' AS severity,
    CAST(NULL AS DOUBLE) AS score
FROM (
    SELECT
        connected.customer_id,
        greatest(connected.known_on, min(greatest(loan.origination_date, CAST(loan.known_at AS DATE)))) AS issued_at
    FROM connected
    JOIN input.loan ON loan.customer_id = connected.customer_id
    WHERE loan.origination_date <= connected.default_known_on
    GROUP BY connected.customer_id, connected.default_known_on, connected.known_on
) AS warned
GROUP BY customer_id, issued_at
