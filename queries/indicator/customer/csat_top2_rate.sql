-- name: csat_top2_rate
-- title: Customer satisfaction, share of the two best marks | 客户满意度（前两档占比）
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: the officer the answer names, else the officers of the customer on the day of the answer
-- needs: survey_response.csat
-- source: 银行贷后管理绩效考核 客户满意度; top-2-box of five
-- edges: The answers of survey_answer with a mark; 4 and 5 of 5 count.

SELECT
    officer_id,
    customer_id,
    response_id AS key,
    CASE WHEN csat >= 4 THEN weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    weight AS denominator
FROM survey_answer
WHERE csat IS NOT NULL
