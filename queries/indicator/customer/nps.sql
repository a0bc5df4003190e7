-- name: nps
-- title: Net promoter score | 净推荐值（忠诚度）
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: points from -100 to 100
-- owner: the officer the answer names, else the officers of the customer on the day of the answer
-- needs: survey_response.nps
-- source: net promoter score: promoters (9, 10) less detractors (0 to 6) of a hundred answers
-- edges: The answers of survey_answer with an answer from 0 to 10; 7 and 8 count in the denominator alone.

SELECT
    officer_id,
    customer_id,
    response_id AS key,
    CASE
        WHEN nps >= 9 THEN CAST(100 * weight AS DECIMAL(38,12))
        WHEN nps <= 6 THEN CAST(-100 * weight AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    weight AS denominator
FROM survey_answer
WHERE nps IS NOT NULL
