-- name: risk_adjusted_yield
-- title: Risk-adjusted yield | 风险调整后收益率
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio per year
-- owner: balances: officers on each snapshot date by share; interest: officers on its value date by share
-- needs: payment.interest_paid, loan_snapshot.pd, loan_snapshot.lgd
-- source: RAROC family: interest less funds transfer price less expected loss
-- edges: Interest received in the period, a year taken as 365 days, over the chronological mean of the balance of ACTIVE loans; less the transfer price
--   of the same balance, that of the loan's currency and contractual tenor on each snapshot date (transfer_price), less pd x lgd of the performing part
--   (NORMAL and SPECIAL_MENTION with both given).

SELECT officer_id, loan_id, customer_id, key, numerator, denominator, rule_code
FROM yield_part
