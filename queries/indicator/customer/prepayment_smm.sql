-- name: prepayment_smm
-- title: Prepayment a month | 提前还款率（月）
-- kind: indicator
-- dimension: CUSTOMER
-- better: info
-- unit: ratio per month
-- owner: officers on the last day of the month by share; of a loan that ended in the month, on the day before its end
-- needs: payment.payment_type, instalment.principal_due, loan_snapshot.status
-- source: SMM = prepaid principal / (opening balance - scheduled principal), market standard
-- edges: Principal prepaid over what could be prepaid, opening balance less scheduled, by loan and month; the sums are taken over all months of the period
--   (prepayment_month).

SELECT officer_id, loan_id, customer_id, key, numerator, denominator
FROM prepayment_month
