-- name: report_quality_score
-- title: Quality of post-loan reports | 贷后报告质量
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: points
-- owner: the author of the report
-- needs: report_review.score
-- params: period_start DATE, period_end DATE
-- source: the article 贷后报告质量; rubric of completeness, evidence, analysis, conclusion
-- edges: Reviews of the period, those without a date included; the value is the mean of the scores, each review alike.

SELECT
    report_review.officer_id,
    inspection.loan_id,
    inspection.customer_id,
    report_review.review_id AS key,
    CAST(report_review.score AS DECIMAL(38,12)) AS numerator,
    CAST(1 AS DECIMAL(38,12)) AS denominator
FROM report_review
LEFT JOIN inspection ON inspection.inspection_id = report_review.inspection_id
WHERE report_review.reviewed_at IS NULL
   OR CAST(report_review.reviewed_at AS DATE) BETWEEN $period_start AND $period_end
