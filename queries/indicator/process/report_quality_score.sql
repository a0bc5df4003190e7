-- name: report_quality_score
-- title: Quality of post-loan reports | 贷后报告质量
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: points
-- owner: the author of the report
-- needs: report_review.score
-- source: 银行贷后管理绩效考核 贷后报告质量; rubric of completeness, evidence, analysis, conclusion
-- edges: Reviews of the period, those without a date included; the value is the mean of the scores, each report alike. A report that was reviewed more than
--   once in the period, by the inspection and the author it names, counts once with the mean of its scores, under the smallest of the review ids and with rule
--   MEAN_OF_REVIEWS; a review that names no inspection stands for a report of its own. Differences between reviewers are evened out only with
--   rater_calibration (calibrated_review).

WITH report AS (
    SELECT
        officer_id,
        inspection_id,
        min(review_id) AS first_review_id,
        sum(score) AS score_sum,
        count(*) AS n_reviews
    FROM calibrated_review
    GROUP BY officer_id, inspection_id, CASE WHEN inspection_id IS NULL THEN review_id END
)

SELECT
    report.officer_id,
    inspection.loan_id,
    inspection.customer_id,
    report.first_review_id AS key,
    CAST(CAST(report.score_sum AS DECIMAL(28,12)) / report.n_reviews AS DECIMAL(38,12)) AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator,
    CASE WHEN report.n_reviews > 1 THEN 'MEAN_OF_REVIEWS' END AS rule_code
FROM report
LEFT JOIN inspection ON inspection.inspection_id = report.inspection_id
