-- name: macro_alert_response_rate
-- title: Loans reviewed in time after a macro or industry alert | 宏观行业预警响应率
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the due date by share
-- needs: macro_alert.published_on, inspection.completed_at
-- source: 银行贷后管理绩效考核 宏观/行业/企业 warnings
-- edges: The reviews of macro_review that were due in the period, each alert and exposed loan one. A review due on the last day of the period and not done is
--   a miss, one due later is out, also if it is done already. A hand-over between alert and due date leaves it with the officer of the due date.

SELECT
    owner.officer_id,
    macro_review.loan_id,
    macro_review.customer_id,
    concat(macro_review.alert_id, '/', macro_review.loan_id) AS key,
    CASE WHEN macro_review.is_reviewed THEN CAST(owner.share AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(owner.share AS DECIMAL(38,12)) AS denominator
FROM macro_review
JOIN owner
  ON owner.loan_id = macro_review.loan_id
 AND owner.valid_from <= macro_review.due_on
 AND owner.valid_to > macro_review.due_on
