-- name: calibrated_review
-- title: Reviews of reports, differences between reviewers evened out if asked for | 报告评审（可校准评审人差异）
-- kind: base
-- params: period_start DATE, period_end DATE, rater_calibration BOOLEAN
-- source: rater calibration: score - n / (n + 10) x (mean of the reviewer - mean of all)
-- edges: Reviews of the period, those without a date included. Without rater_calibration the scores are as given. With it each is moved by what its reviewer differs from all reviews that name a reviewer, the less the fewer reviews the reviewer
--   made in the period; a review that names none stays and does not enter the means. A calibrated score may lie outside 0 to 100.

WITH review AS (
    SELECT review_id, inspection_id, officer_id, reviewer_id, score
    FROM report_review
    WHERE reviewed_at IS NULL
       OR CAST(reviewed_at AS DATE) BETWEEN $period_start AND $period_end
),

rater AS (
    SELECT reviewer_id, CAST(count(*) AS DOUBLE) AS n, CAST(sum(score) AS DOUBLE) / count(*) AS mean
    FROM review
    WHERE reviewer_id IS NOT NULL
    GROUP BY reviewer_id
),

everybody AS (
    SELECT CAST(sum(score) AS DOUBLE) / count(*) AS mean
    FROM review
    WHERE reviewer_id IS NOT NULL
)

SELECT
    review.review_id,
    review.inspection_id,
    review.officer_id,
    CASE
        WHEN $rater_calibration AND rater.n IS NOT NULL
            THEN CAST(CAST(review.score AS DOUBLE) - rater.n / (rater.n + 10) * (rater.mean - everybody.mean) AS DECIMAL(28,12))
        ELSE CAST(review.score AS DECIMAL(28,12))
    END AS score
FROM review
CROSS JOIN everybody
LEFT JOIN rater ON rater.reviewer_id = review.reviewer_id
