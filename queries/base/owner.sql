-- name: owner
-- title: Officers who hold a loan, by span of days | 管户关系（区间、份额之和为一）
-- kind: base
-- keep: yes
-- source: catalogue section 0.5 (attribution of a loan to officers)
-- edges: Role MANAGER only. Spans are half-open and cover every loan, also one that only an assignment names, from 0001-01-01
--   to 9999-12-31 (valid_to is never empty); the shares of a loan add up to exactly 1 on every day. Days without a row, and what is missing to 1 on a day, belong to UNASSIGNED.
--   A difference to 1 of at most 0.000001 is a rounding (three thirds) and goes to the officer with the largest share of that day, the smaller
--   id on a tie. Shares above 1 are an audit error; here UNASSIGNED then carries the excess as a negative share, so that sums hold.
--   Rows of one officer that overlap are added, rows that touch and have the same share are one span. run_start is the first day of the
--   unbroken run of days on which the officer holds a share; a change of the share inside the run does not begin a new one.
--   is_first_holder is true for a run before which no officer held the loan. A span without any day is passed over.

WITH assignment AS (
    SELECT
        loan_id,
        officer_id,
        share,
        valid_from,
        coalesce(valid_to, DATE '9999-12-31') AS valid_to
    FROM officer_assignment
    WHERE role = 'MANAGER'
      AND valid_from < coalesce(valid_to, DATE '9999-12-31')
    UNION ALL
    -- UNASSIGNED stands by for every loan and all time, so far with nothing.
    SELECT
        loan_id,
        'UNASSIGNED' AS officer_id,
        CAST(0 AS DECIMAL(9,6)) AS share,
        DATE '0001-01-01' AS valid_from,
        DATE '9999-12-31' AS valid_to
    FROM (SELECT loan_id FROM loan UNION SELECT loan_id FROM officer_assignment) AS any_loan
),

boundary AS (
    SELECT loan_id, valid_from AS boundary_date FROM assignment
    UNION
    SELECT loan_id, valid_to AS boundary_date FROM assignment
),

segment AS (
    -- Elementary spans: inside one nothing changes for the loan.
    SELECT
        loan_id,
        boundary_date AS segment_start,
        lead(boundary_date) OVER (PARTITION BY loan_id ORDER BY boundary_date) AS segment_end
    FROM boundary
),

raw_share AS (
    SELECT
        segment.loan_id,
        segment.segment_start,
        segment.segment_end,
        assignment.officer_id,
        sum(assignment.share) AS share
    FROM segment
    JOIN assignment
      ON assignment.loan_id = segment.loan_id
     AND assignment.valid_from <= segment.segment_start
     AND assignment.valid_to >= segment.segment_end
    GROUP BY segment.loan_id, segment.segment_start, segment.segment_end, assignment.officer_id
),

missing_share AS (
    SELECT
        loan_id,
        segment_start,
        segment_end,
        officer_id,
        share,
        1 - sum(share) OVER (PARTITION BY loan_id, segment_start) AS remainder,
        row_number() OVER (
            PARTITION BY loan_id, segment_start
            ORDER BY CASE WHEN officer_id = 'UNASSIGNED' THEN 1 ELSE 0 END, share DESC, officer_id
        ) AS size_rank
    FROM raw_share
),

full_share AS (
    -- A rounding goes to the largest officer, a gap to UNASSIGNED.
    SELECT
        loan_id,
        segment_start,
        segment_end,
        officer_id,
        share + CASE
            WHEN abs(remainder) <= 0.000001 AND size_rank = 1 THEN remainder
            WHEN abs(remainder) > 0.000001 AND officer_id = 'UNASSIGNED' THEN remainder
            ELSE 0
        END AS share
    FROM missing_share
),

held AS (
    SELECT
        loan_id,
        segment_start,
        segment_end,
        officer_id,
        share,
        lag(segment_end) OVER (PARTITION BY loan_id, officer_id ORDER BY segment_start) AS previous_end,
        lag(share) OVER (PARTITION BY loan_id, officer_id ORDER BY segment_start) AS previous_share
    FROM full_share
    WHERE share <> 0
),

spell AS (
    -- Number the runs of holding, and inside them the spans of one share.
    SELECT
        loan_id,
        segment_start,
        segment_end,
        officer_id,
        share,
        max(CASE WHEN (previous_end IS DISTINCT FROM segment_start) THEN segment_start END)
            OVER (PARTITION BY loan_id, officer_id ORDER BY segment_start ROWS UNBOUNDED PRECEDING) AS run_start,
        sum(CASE WHEN (previous_end IS DISTINCT FROM segment_start) OR previous_share <> share THEN 1 ELSE 0 END)
            OVER (PARTITION BY loan_id, officer_id ORDER BY segment_start ROWS UNBOUNDED PRECEDING) AS span_no,
        min(CASE WHEN officer_id <> 'UNASSIGNED' THEN segment_start END)
            OVER (PARTITION BY loan_id) AS first_held_on
    FROM held
)

SELECT
    loan_id,
    officer_id,
    CAST(min(share) AS DECIMAL(9,6)) AS share,
    min(segment_start) AS valid_from,
    max(segment_end) AS valid_to,
    min(run_start) AS run_start,
    coalesce(min(run_start) <= min(first_held_on), TRUE) AS is_first_holder
FROM spell
GROUP BY loan_id, officer_id, span_no
