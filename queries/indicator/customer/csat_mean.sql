-- name: csat_mean
-- title: Customer satisfaction, mean mark | 客户满意度（均分）
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: mark of 1 to 5
-- owner: the officer the answer names, else the officers of the customer on the day of the answer
-- needs: survey_response.csat
-- source: 银行贷后管理绩效考核 客户满意度
-- edges: The answers of survey_answer with a mark; the value is their mean.

SELECT
    officer_id,
    customer_id,
    response_id AS key,
    CAST(csat * weight AS DECIMAL(38,12)) AS numerator,
    weight AS denominator
FROM survey_answer
WHERE csat IS NOT NULL
