-- name: cash_component
-- title: Cash of the period by component | 期内现金（按本金与利息）
-- kind: base
-- keep: yes
-- grain: payment_id, component
-- params: period_start DATE, period_end DATE
-- source: first in first out works on principal and interest apart
-- edges: One row per payment of the period and component (principal, interest, fee, penalty) that is not 0, reversals with their negative amounts.
--   A reversal has the type of the payment it names (empty if it names none), and its channel where it states none; without one the channel is
--   UNKNOWN. schedule_version is that of cash.

WITH described AS (
    SELECT
        payment.payment_id,
        coalesce(payment.collection_channel, original.collection_channel, 'UNKNOWN') AS collection_channel,
        CASE WHEN payment.payment_type = 'REVERSAL' THEN original.payment_type ELSE payment.payment_type END AS payment_type,
        coalesce(payment.fee_paid, 0) AS fee_paid,
        coalesce(payment.penalty_paid, 0) AS penalty_paid
    FROM delivered.payment AS payment
    LEFT JOIN delivered.payment AS original ON original.payment_id = payment.reverses_payment_id
    WHERE payment.value_date BETWEEN $period_start AND $period_end
),

joined AS (
    SELECT
        cash.payment_id,
        cash.loan_id,
        cash.schedule_version,
        cash.value_date,
        cash.principal_paid,
        cash.interest_paid,
        described.payment_type,
        described.collection_channel,
        described.fee_paid,
        described.penalty_paid
    FROM described
    JOIN cash ON cash.payment_id = described.payment_id
    WHERE cash.value_date >= $period_start
),

spread AS (
    SELECT
        joined.payment_id,
        joined.loan_id,
        joined.schedule_version,
        joined.value_date,
        joined.payment_type,
        joined.collection_channel,
        component.component,
        CAST(CASE component.component
            WHEN 'principal' THEN joined.principal_paid
            WHEN 'interest' THEN joined.interest_paid
            WHEN 'fee' THEN joined.fee_paid
            WHEN 'penalty' THEN joined.penalty_paid
        END AS DECIMAL(18,2)) AS paid
    FROM joined
    CROSS JOIN (
        SELECT 'principal' AS component
        UNION ALL SELECT 'interest'
        UNION ALL SELECT 'fee'
        UNION ALL SELECT 'penalty'
    ) AS component
)

SELECT
    payment_id,
    loan_id,
    schedule_version,
    value_date,
    payment_type,
    collection_channel,
    component,
    paid
FROM spread
WHERE paid <> 0
