-- name: net_interest_margin
-- title: Net interest margin over the transfer price | 净息差（FTP 口径）
-- kind: indicator
-- dimension: RETURN
-- better: higher
-- unit: ratio per year
-- owner: balances: officers on each snapshot date by share; interest: officers on its value date by share
-- needs: payment.interest_paid
-- source: net interest margin on funds transfer prices
-- edges: The INTEREST and FTP_COST rows of risk_adjusted_yield, without the expected loss, so that neither pd nor lgd is needed.

SELECT officer_id, loan_id, customer_id, key, numerator, denominator, rule_code
FROM yield_part
WHERE rule_code IN ('INTEREST', 'FTP_COST')
