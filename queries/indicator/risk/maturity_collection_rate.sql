-- name: maturity_collection_rate
-- title: Principal collected on matured loans | 到期贷款收回率
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: officers on the maturity date by share
-- needs: loan.maturity_date, loan_snapshot.principal_balance, payment.principal_paid
-- params: period_start DATE, period_end DATE, renewal_cash_settled BOOLEAN
-- source: 到期贷款收回率; CGAP: a renewal is no recovery
-- edges: Loans whose maturity lies in the period and that were on the book before it began or were originated in it. The maturity is the one that
--   held when the period began: for a loan with several versions of its schedule the last due date of the version then in force, so that an extension
--   in the period changes nothing; else that of the loan record. Due dates after the period are not looked at: what was extended beyond it has the
--   maturity of its loan record. The denominator is the principal the day before: the last ACTIVE snapshot before the
--   maturity, plus drawings and restructured amounts, less payments since; without a snapshot the amount paid out less payments. The numerator is the
--   principal received from the maturity to the period end, both days included, up to the denominator. What was written off in the period stays in
--   the denominator, and what is received on or after the day on which a loan was written off or sold does not count. A loan repaid before its
--   maturity is out. Without renewal_cash_settled, what a new loan that renews this one, originated since the maturity, refinanced is not collected.

WITH version_in_force AS (
    SELECT loan_id, schedule_version
    FROM schedule_span
    WHERE valid_from < $period_start
      AND valid_to >= $period_start
),

planned AS (
    SELECT
        version_in_force.loan_id,
        max(CASE WHEN instalment.schedule_version = version_in_force.schedule_version THEN instalment.due_date END) AS last_due_date,
        max(instalment.due_date) > $period_end AS is_known_ahead
    FROM version_in_force
    JOIN instalment ON instalment.loan_id = version_in_force.loan_id
    GROUP BY version_in_force.loan_id
),

loan_with_maturity AS (
    -- A plan without any due date beyond the period may be cut off there and does not overrule a later maturity of the loan record.
    SELECT
        loan.loan_id,
        loan.customer_id,
        loan.origination_date,
        loan.origination_amount,
        CASE
            WHEN planned.is_known_ahead OR loan.maturity_date <= $period_end THEN coalesce(planned.last_due_date, loan.maturity_date)
            ELSE loan.maturity_date
        END AS maturity_date,
        loan.ended_on,
        loan.end_type
    FROM loan
    LEFT JOIN planned ON planned.loan_id = loan.loan_id
),

matured AS (
    SELECT
        loan_id,
        customer_id,
        origination_date,
        origination_amount,
        maturity_date,
        CASE WHEN end_type IN ('WRITTEN_OFF', 'SOLD') THEN ended_on END AS lost_on
    FROM loan_with_maturity
    WHERE maturity_date BETWEEN $period_start AND $period_end
      AND (ended_on IS NULL OR ended_on >= $period_start)
      AND NOT coalesce(end_type = 'PAID_OFF' AND ended_on < maturity_date, FALSE)
),

last_snapshot AS (
    SELECT
        matured.loan_id,
        max(loan_snapshot.snapshot_date) AS snapshot_date,
        first_value(loan_snapshot.principal_balance ORDER BY loan_snapshot.snapshot_date DESC) AS principal_balance
    FROM matured
    JOIN loan_snapshot ON loan_snapshot.loan_id = matured.loan_id
    WHERE loan_snapshot.status = 'ACTIVE'
      AND loan_snapshot.snapshot_date < matured.maturity_date
    GROUP BY matured.loan_id
),

dated AS (
    -- A loan without a snapshot starts from nothing on the day before any other.
    SELECT
        matured.loan_id,
        matured.customer_id,
        matured.origination_date,
        matured.origination_amount,
        matured.maturity_date,
        matured.lost_on,
        coalesce(last_snapshot.snapshot_date, DATE '0001-01-01') AS known_on,
        last_snapshot.principal_balance
    FROM matured
    LEFT JOIN last_snapshot ON last_snapshot.loan_id = matured.loan_id
),

event_sum AS (
    SELECT
        dated.loan_id,
        sum(CASE
            WHEN loan_event.event_type IN ('DISBURSEMENT', 'RESTRUCTURE') AND loan_event.event_date > dated.known_on
                THEN coalesce(loan_event.amount, 0)
            ELSE 0
        END) AS added,
        max(CASE WHEN loan_event.event_type = 'DISBURSEMENT' THEN 1 ELSE 0 END) AS has_disbursement,
        sum(CASE
            WHEN loan_event.event_date < $period_start OR loan_event.event_date > dated.known_on THEN 0
            WHEN loan_event.event_type = 'WRITE_OFF' THEN coalesce(loan_event.amount, 0)
            WHEN loan_event.event_type = 'WRITE_OFF_REVERSAL' THEN -coalesce(loan_event.amount, 0)
            ELSE 0
        END) AS written_off
    FROM dated
    JOIN loan_event ON loan_event.loan_id = dated.loan_id
    WHERE loan_event.event_date < dated.maturity_date
    GROUP BY dated.loan_id
),

cash_sum AS (
    SELECT
        dated.loan_id,
        sum(CASE
            WHEN payment.value_date > dated.known_on AND payment.value_date < dated.maturity_date THEN payment.principal_paid
            ELSE 0
        END) AS paid_before,
        sum(CASE
            WHEN payment.value_date >= dated.maturity_date THEN payment.principal_paid
            ELSE 0
        END) AS paid_since
    FROM dated
    JOIN payment ON payment.loan_id = dated.loan_id
    WHERE payment.value_date <= $period_end
      AND (dated.lost_on IS NULL OR payment.value_date < dated.lost_on)
    GROUP BY dated.loan_id
),

owed AS (
    SELECT
        dated.loan_id,
        dated.customer_id,
        dated.maturity_date,
        coalesce(cash_sum.paid_since, 0) AS paid_since,
        greatest(
            coalesce(
                dated.principal_balance,
                CASE WHEN coalesce(event_sum.has_disbursement, 0) = 0 THEN dated.origination_amount END,
                0
            )
            + coalesce(event_sum.added, 0)
            + greatest(coalesce(event_sum.written_off, 0), 0)
            - coalesce(cash_sum.paid_before, 0),
            0
        ) AS balance
    FROM dated
    LEFT JOIN event_sum ON event_sum.loan_id = dated.loan_id
    LEFT JOIN cash_sum ON cash_sum.loan_id = dated.loan_id
),

renewal AS (
    -- A new loan of unknown amount refinanced the whole.
    SELECT
        owed.loan_id,
        sum(coalesce(renewing.origination_amount, owed.balance)) AS refinanced
    FROM owed
    JOIN loan AS renewing ON renewing.renewed_from_loan_id = owed.loan_id
    WHERE renewing.origination_date BETWEEN owed.maturity_date AND $period_end
      AND NOT $renewal_cash_settled
    GROUP BY owed.loan_id
),

collected AS (
    SELECT
        owed.loan_id,
        owed.customer_id,
        owed.maturity_date,
        CAST(owed.balance AS DECIMAL(18,2)) AS balance,
        CAST(greatest(0, least(owed.paid_since, owed.balance - coalesce(renewal.refinanced, 0))) AS DECIMAL(18,2)) AS amount
    FROM owed
    LEFT JOIN renewal ON renewal.loan_id = owed.loan_id
    WHERE owed.balance > 0
)

SELECT
    owner.officer_id,
    collected.loan_id,
    collected.customer_id,
    collected.loan_id AS key,
    CAST(collected.amount * owner.share AS DECIMAL(38,12)) AS numerator,
    CAST(collected.balance * owner.share AS DECIMAL(38,12)) AS denominator,
    'OWNER_AT_MATURITY' AS rule_code
FROM collected
JOIN owner
  ON owner.loan_id = collected.loan_id
 AND owner.valid_from <= collected.maturity_date
 AND owner.valid_to > collected.maturity_date
