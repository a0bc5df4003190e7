-- name: classification_breach_rate
-- title: Loans classified better than the rules allow | 分类低于下限占比
-- kind: indicator
-- dimension: RISK
-- better: lower
-- unit: ratio
-- owner: officers on the closing snapshot date by share
-- needs: loan_snapshot.status, loan_snapshot.days_past_due, loan_snapshot.five_tier_class
-- source: 商业银行金融资产风险分类办法 (2023) Art. 10-13, 20-23
-- edges: Balance of the loans whose class is better than the floor of tier_floor over balance, ACTIVE loans of the closing snapshot. Any better class
--   counts with the whole principal, however many classes it is off. A loan without a class stays in the denominator and out of the numerator.
--   Inherited defaults count with the present owner. The rule code of a breach names the rule that sets the floor. A zero balance gives NULL with
--   NO_EXPOSURE.

SELECT
    stock.officer_id,
    stock.loan_id,
    stock.customer_id,
    stock.loan_id AS key,
    CASE WHEN breach.loan_id IS NOT NULL THEN stock.balance_part ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    stock.balance_part AS denominator,
    CASE WHEN breach.loan_id IS NOT NULL THEN concat('FLOOR_', breach.floor_rule) ELSE 'OWNER_AT_PERIOD_END' END AS rule_code
FROM stock
LEFT JOIN (
    SELECT loan_id, floor_rule
    FROM tier_floor
    WHERE is_breach
      AND snapshot_date = (SELECT close_date FROM reporting_date)
) AS breach ON breach.loan_id = stock.loan_id
