-- name: payment_after_payoff
-- title: No payment after the payoff | 结清后无还款
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: BCBS 239, accuracy: events in their order
-- edges: Payments of the period on loans that ended as PAID_OFF before the value date; payments on the day of the payoff are part of it. Reversals
--   count too, because a payoff that is taken back has not ended the loan.

SELECT
    payment.payment_id AS key,
    concat('Payment ', payment.payment_id, ' of principal ', CAST(payment.principal_paid AS TEXT), ' came on ',
        CAST(payment.value_date AS TEXT), ', after loan ', payment.loan_id, ' was paid off on ', CAST(loan.ended_on AS TEXT), '.') AS detail
FROM loan
JOIN payment ON payment.loan_id = loan.loan_id
WHERE payment.value_date BETWEEN $period_start AND $period_end
  AND loan.end_type = 'PAID_OFF'
  AND payment.value_date > loan.ended_on
