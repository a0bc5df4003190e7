-- name: panel_segment
-- title: Segments and officers of a subject over time | 风险对象所属分组与管户（区间）
-- kind: base
-- keep: yes
-- params: cutoff DATE, level TEXT
-- source: loan_segment, owner
-- edges: One row per subject, split (branch, industry, product, region, size_band, customer_type, officer), code and unbroken span of days on which the subject has a live loan with that code, or one of which the officer holds a
--   share; from_day included, to_day not. Only the days from the first month of warning_scope to the cutoff. An obligor whose loans have several codes is in the span of each, and so is a loan that officers share: codes of a split overlap.

WITH subject AS (
    SELECT
        CASE WHEN $level = 'loan' THEN loan_id ELSE coalesce(customer_id, loan_id) END AS subject_id,
        loan_id,
        origination_date,
        ended_on
    FROM loan
),

counted AS (
    SELECT subject_id, count(*) AS n_loans
    FROM subject
    GROUP BY subject_id
),

lived AS (
    SELECT
        subject.subject_id,
        subject.loan_id,
        greatest(coalesce(subject.origination_date, DATE '0001-01-01'), CAST(date_trunc('month', warning_scope.first_day) AS DATE)) AS from_day,
        least(coalesce(subject.ended_on, DATE '9999-12-31'), $cutoff + CAST(1 AS INT)) AS to_day,
        counted.n_loans
    FROM warning_scope
    CROSS JOIN subject
    JOIN counted ON counted.subject_id = subject.subject_id
    WHERE warning_scope.first_day IS NOT NULL
),

coded AS (
    SELECT
        dimension.split,
        CASE dimension.split
            WHEN 'branch' THEN loan_segment.branch
            WHEN 'industry' THEN loan_segment.industry
            WHEN 'product' THEN loan_segment.product
            WHEN 'region' THEN loan_segment.region
            WHEN 'size_band' THEN loan_segment.size_band
            ELSE loan_segment.customer_type
        END AS code,
        lived.subject_id,
        lived.from_day,
        lived.to_day,
        lived.n_loans
    FROM (
        SELECT 'branch' AS split UNION ALL
        SELECT 'industry' AS split UNION ALL
        SELECT 'product' AS split UNION ALL
        SELECT 'region' AS split UNION ALL
        SELECT 'size_band' AS split UNION ALL
        SELECT 'customer_type' AS split
    ) AS dimension
    CROSS JOIN lived
    JOIN loan_segment ON loan_segment.loan_id = lived.loan_id
    WHERE lived.from_day < lived.to_day
    UNION ALL
    SELECT
        'officer' AS split,
        owner.officer_id AS code,
        lived.subject_id,
        greatest(lived.from_day, owner.valid_from) AS from_day,
        least(lived.to_day, owner.valid_to) AS to_day,
        lived.n_loans
    FROM lived
    JOIN owner
      ON owner.loan_id = lived.loan_id
     AND owner.valid_from < lived.to_day
     AND owner.valid_to > lived.from_day
    WHERE lived.from_day < lived.to_day
),

changed AS (
    -- Days on which a live loan with a code comes or goes.
    SELECT
        coded.subject_id,
        coded.split,
        coded.code,
        CASE WHEN edge.change = 1 THEN coded.from_day ELSE coded.to_day END AS change_date,
        edge.change
    FROM (SELECT 1 AS change UNION ALL SELECT -1 AS change) AS edge
    CROSS JOIN coded
    WHERE coded.n_loans > 1
),

running AS (
    -- The changes of a code cancel out over all time, so that one running sum over all is that of each; a window per subject costs several times as much.
    SELECT
        subject_id,
        split,
        code,
        change_date,
        change,
        sum(change) OVER (ORDER BY subject_id, split, code, change_date, change DESC ROWS UNBOUNDED PRECEDING) AS n_live
    FROM changed
),

bordered AS (
    -- Where the first loan comes and the last one goes, in turn.
    SELECT
        subject_id,
        split,
        code,
        change_date AS from_day,
        lead(change_date) OVER (ORDER BY subject_id, split, code, change_date, change DESC) AS to_day,
        change
    FROM running
    WHERE n_live = 0
       OR (n_live = 1 AND change = 1)
)

SELECT split, code, subject_id, from_day, to_day
FROM coded
WHERE n_loans = 1
UNION ALL
SELECT split, code, subject_id, from_day, to_day
FROM bordered
WHERE change = 1
