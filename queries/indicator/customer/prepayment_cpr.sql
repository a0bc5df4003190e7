-- name: prepayment_cpr
-- title: Prepayment a year | 提前还款率（年化）
-- kind: indicator
-- dimension: CUSTOMER
-- better: info
-- unit: ratio per year
-- aggregate: annualised
-- owner: officers on the last day of the month by share; of a loan that ended in the month, on the day before its end
-- needs: payment.payment_type, instalment.principal_due, loan_snapshot.status
-- source: CPR = 1 - (1 - SMM)^12, market standard
-- edges: The rows of prepayment_smm; the monthly rate of the pooled months is compounded to a year.

SELECT officer_id, loan_id, customer_id, key, numerator, denominator
FROM prepayment_month
