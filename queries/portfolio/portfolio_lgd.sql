-- name: portfolio_lgd
-- title: Realised loss given default by episode | 违约损失率（逐笔清收实测）
-- kind: portfolio
-- grain: loan_id, default_date
-- needs: payment.principal_paid
-- params: cutoff DATE, discount_rate DOUBLE, episode_merge_days INT
-- source: workout LGD: PRA SS11/13 13.1-13.2; EBA/GL/2017/16 (discounting to default, re-default within nine months, direct and indirect costs)
-- edges: One row per default episode up to the cutoff; an episode that begins less than episode_merge_days after the end of the one before is part
--   of it, with the date and the ead of the first and the exit of the last. lgd = 1 - (recovery_pv + residual_pv - cost_pv) / ead, discounted to the
--   day of default at discount_rate a year of 365 days. recovery is all cash received (principal, interest, fees, penalty interest, reversals taken
--   back) after the day of default, cost every recovery_cost from that day on, both up to the cutoff, also after a write-off. Resolved is an episode
--   with an exit in default_exit. A CURED one takes cash and costs up to the cure date, and the balance of that day as if it were paid then: the
--   principal of the last ACTIVE snapshot up to that day less principal received since, or without a snapshot the ead less principal received; the
--   cure date is that of the episode, else the day of its exit. A SALE adds the price, the proceeds of the disposal cases TRANSFERRED and closed
--   after the default, which must not stand in payment too; without one lgd is NULL with MISSING_INPUT. Foreclosed assets count when they turn into
--   cash. An episode that is not resolved has what came so far, and lgd NULL with PARTIAL_PERIOD. An ead of 0 gives NULL with NO_EXPOSURE, an unknown
--   one MISSING_INPUT. lgd may be below 0 or above 1; nothing is cut off.

WITH linked AS (
    SELECT
        loan_id,
        default_date,
        ead,
        cure_date,
        exit,
        exit_on,
        CASE
            WHEN default_date - lag(exit_on) OVER (PARTITION BY loan_id ORDER BY default_date) < $episode_merge_days THEN 0
            ELSE 1
        END AS begins
    FROM default_exit
    WHERE default_date <= $cutoff
),

numbered AS (
    SELECT
        loan_id,
        default_date,
        ead,
        cure_date,
        exit,
        exit_on,
        sum(begins) OVER (PARTITION BY loan_id ORDER BY default_date ROWS UNBOUNDED PRECEDING) AS workout_no
    FROM linked
),

workout AS (
    SELECT
        loan_id,
        min(default_date) AS default_date,
        count(*) AS n_episodes,
        first_value(ead ORDER BY default_date) AS ead,
        first_value(cure_date ORDER BY default_date DESC) AS cure_date,
        first_value(exit ORDER BY default_date DESC) AS resolution,
        first_value(exit_on ORDER BY default_date DESC) AS resolved_on
    FROM numbered
    GROUP BY loan_id, workout_no
),

resolved AS (
    SELECT
        loan_id,
        default_date,
        n_episodes,
        ead,
        resolved_on,
        resolution,
        CASE WHEN resolution = 'CURED' THEN coalesce(cure_date, resolved_on) END AS cured_on,
        CASE WHEN resolution = 'CURED' THEN coalesce(cure_date, resolved_on) ELSE $cutoff END AS counted_to
    FROM workout
),

price AS (
    SELECT
        resolved.loan_id,
        resolved.default_date,
        disposal_case.closed_on AS flow_date,
        disposal_case.proceeds AS amount
    FROM resolved
    JOIN disposal_case ON disposal_case.loan_id = resolved.loan_id
    WHERE resolved.resolution = 'SALE'
      AND disposal_case.outcome = 'TRANSFERRED'
      AND disposal_case.proceeds IS NOT NULL
      AND disposal_case.closed_on > resolved.default_date
      AND disposal_case.closed_on <= $cutoff
),

flow AS (
    SELECT
        resolved.loan_id,
        resolved.default_date,
        'RECOVERY' AS kind,
        payment.value_date AS flow_date,
        payment.principal_paid + coalesce(payment.interest_paid, 0) + coalesce(payment.fee_paid, 0) + coalesce(payment.penalty_paid, 0) AS amount
    FROM resolved
    JOIN payment ON payment.loan_id = resolved.loan_id
    WHERE payment.value_date > resolved.default_date
      AND payment.value_date <= resolved.counted_to
    UNION ALL
    SELECT loan_id, default_date, 'RECOVERY' AS kind, flow_date, amount
    FROM price
    UNION ALL
    SELECT
        resolved.loan_id,
        resolved.default_date,
        'COST' AS kind,
        recovery_cost.cost_date AS flow_date,
        recovery_cost.amount
    FROM resolved
    JOIN recovery_cost ON recovery_cost.loan_id = resolved.loan_id
    WHERE recovery_cost.cost_date >= resolved.default_date
      AND recovery_cost.cost_date <= resolved.counted_to
),

discounted AS (
    -- Each present value becomes a decimal, so that the order of adding cannot change a digit.
    SELECT
        loan_id,
        default_date,
        kind,
        amount,
        CAST(CAST(amount AS DOUBLE) / power(1 + $discount_rate, CAST(flow_date - default_date AS DOUBLE) / 365) AS DECIMAL(38,12)) AS present_value
    FROM flow
),

summed AS (
    SELECT
        loan_id,
        default_date,
        sum(CASE WHEN kind = 'RECOVERY' THEN amount END) AS recovery,
        sum(CASE WHEN kind = 'RECOVERY' THEN present_value END) AS recovery_pv,
        sum(CASE WHEN kind = 'COST' THEN amount END) AS cost,
        sum(CASE WHEN kind = 'COST' THEN present_value END) AS cost_pv
    FROM discounted
    GROUP BY loan_id, default_date
),

last_snapshot AS (
    SELECT
        resolved.loan_id,
        resolved.default_date,
        max(loan_snapshot.snapshot_date) AS snapshot_date,
        first_value(loan_snapshot.principal_balance ORDER BY loan_snapshot.snapshot_date DESC) AS principal_balance
    FROM resolved
    JOIN loan_snapshot ON loan_snapshot.loan_id = resolved.loan_id
    WHERE loan_snapshot.snapshot_date <= resolved.cured_on
      AND loan_snapshot.status = 'ACTIVE'
    GROUP BY resolved.loan_id, resolved.default_date
),

repaid AS (
    SELECT
        resolved.loan_id,
        resolved.default_date,
        sum(payment.principal_paid) AS principal_paid
    FROM resolved
    LEFT JOIN last_snapshot ON last_snapshot.loan_id = resolved.loan_id AND last_snapshot.default_date = resolved.default_date
    JOIN payment ON payment.loan_id = resolved.loan_id
    WHERE payment.value_date > coalesce(last_snapshot.snapshot_date, resolved.default_date)
      AND payment.value_date <= resolved.cured_on
    GROUP BY resolved.loan_id, resolved.default_date
),

valued AS (
    SELECT
        resolved.loan_id,
        resolved.default_date,
        resolved.n_episodes,
        resolved.ead,
        resolved.resolved_on,
        resolved.resolution,
        resolved.cured_on,
        coalesce(summed.recovery, 0) AS recovery,
        coalesce(summed.recovery_pv, 0) AS recovery_pv,
        coalesce(summed.cost, 0) AS cost,
        coalesce(summed.cost_pv, 0) AS cost_pv,
        CASE
            WHEN resolved.cured_on IS NOT NULL
                THEN greatest(0, coalesce(last_snapshot.principal_balance, resolved.ead) - coalesce(repaid.principal_paid, 0))
        END AS residual,
        (resolved.resolution = 'SALE' AND priced.loan_id IS NULL) AS lacks_price
    FROM resolved
    LEFT JOIN summed ON summed.loan_id = resolved.loan_id AND summed.default_date = resolved.default_date
    LEFT JOIN last_snapshot ON last_snapshot.loan_id = resolved.loan_id AND last_snapshot.default_date = resolved.default_date
    LEFT JOIN repaid ON repaid.loan_id = resolved.loan_id AND repaid.default_date = resolved.default_date
    LEFT JOIN (SELECT DISTINCT loan_id, default_date FROM price) AS priced
      ON priced.loan_id = resolved.loan_id
     AND priced.default_date = resolved.default_date
),

present AS (
    SELECT
        *,
        CAST(
            CAST(coalesce(residual, 0) AS DOUBLE) / power(1 + $discount_rate, CAST(coalesce(cured_on, default_date) - default_date AS DOUBLE) / 365)
        AS DECIMAL(38,12)) AS residual_pv,
        CASE
            WHEN resolved_on IS NULL THEN 'PARTIAL_PERIOD'
            WHEN ead IS NULL OR coalesce(lacks_price, FALSE) THEN 'MISSING_INPUT'
            WHEN ead = 0 THEN 'NO_EXPOSURE'
        END AS reason_code
    FROM valued
)

SELECT
    loan_id,
    default_date,
    CAST(n_episodes AS BIGINT) AS n_episodes,
    CAST(ead AS DECIMAL(18,2)) AS ead,
    resolved_on IS NOT NULL AS is_resolved,
    resolved_on,
    resolution,
    cured_on,
    CAST(recovery AS DECIMAL(18,2)) AS recovery,
    CAST(cost AS DECIMAL(18,2)) AS cost,
    CAST(residual AS DECIMAL(18,2)) AS residual,
    CAST(recovery_pv AS DECIMAL(38,12)) AS recovery_pv,
    CAST(cost_pv AS DECIMAL(38,12)) AS cost_pv,
    residual_pv,
    CASE WHEN reason_code IS NULL THEN 1 - CAST(recovery_pv + residual_pv - cost_pv AS DOUBLE) / CAST(ead AS DOUBLE) END AS lgd,
    reason_code
FROM present
