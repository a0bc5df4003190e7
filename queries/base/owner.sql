-- name: owner
-- title: Officers who hold a loan, by span of days | 管户关系（区间、份额之和为一）
-- kind: base
-- keep: yes
-- source: custody history of loans with shares (管户关系), half-open intervals
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
      AND officer_id <> 'UNASSIGNED'
      AND share > 0
      AND valid_from < coalesce(valid_to, DATE '9999-12-31')
),

sole AS (
    -- Loans whose whole history is one officer with the whole share, most of them; the steps below are for all others.
    SELECT loan_id, min(officer_id) AS officer_id, min(valid_from) AS valid_from, min(valid_to) AS valid_to
    FROM assignment
    GROUP BY loan_id
    HAVING count(*) = 1
       AND min(share) = 1
),

sole_span AS (
    SELECT loan_id, 'UNASSIGNED' AS officer_id, DATE '0001-01-01' AS valid_from, valid_from AS valid_to, TRUE AS is_first_holder
    FROM sole
    UNION ALL
    SELECT loan_id, officer_id, valid_from, valid_to, TRUE AS is_first_holder
    FROM sole
    UNION ALL
    SELECT loan_id, 'UNASSIGNED' AS officer_id, valid_to AS valid_from, DATE '9999-12-31' AS valid_to, FALSE AS is_first_holder
    FROM sole
),

shared_assignment AS (
    SELECT assignment.loan_id, assignment.officer_id, assignment.share, assignment.valid_from, assignment.valid_to
    FROM assignment
    WHERE NOT EXISTS (SELECT 1 FROM sole WHERE sole.loan_id = assignment.loan_id)
),

other_loan AS (
    SELECT loan.loan_id
    FROM loan
    WHERE NOT EXISTS (SELECT 1 FROM sole WHERE sole.loan_id = loan.loan_id)
    UNION
    SELECT loan_id
    FROM shared_assignment
),

share_change AS (
    -- By how much the shares of all officers of a loan together change, and where its time begins and ends.
    SELECT loan_id, valid_from AS change_date, share AS change FROM shared_assignment
    UNION ALL
    SELECT loan_id, valid_to AS change_date, -share AS change FROM shared_assignment
    UNION ALL
    SELECT loan_id, DATE '0001-01-01' AS change_date, CAST(0 AS DECIMAL(9,6)) AS change FROM other_loan
    UNION ALL
    SELECT loan_id, DATE '9999-12-31' AS change_date, CAST(0 AS DECIMAL(9,6)) AS change FROM other_loan
),

boundary AS (
    SELECT loan_id, change_date, sum(change) AS change
    FROM share_change
    GROUP BY loan_id, change_date
),

segment AS (
    -- Elementary spans: inside one nothing changes for the loan. The changes of a loan cancel out over all time, so that one
    -- running sum over all loans is that of each loan; a window per loan costs ten times as much.
    SELECT
        loan_id,
        change_date AS segment_start,
        lead(change_date) OVER (ORDER BY loan_id, change_date) AS segment_end,
        1 - sum(change) OVER (ORDER BY loan_id, change_date ROWS UNBOUNDED PRECEDING) AS missing_share
    FROM boundary
),

officer_share AS (
    SELECT
        segment.loan_id,
        segment.segment_start,
        segment.segment_end,
        segment.missing_share,
        shared_assignment.officer_id,
        sum(shared_assignment.share) AS share
    FROM segment
    JOIN shared_assignment
      ON shared_assignment.loan_id = segment.loan_id
     AND shared_assignment.valid_from <= segment.segment_start
     AND shared_assignment.valid_to >= segment.segment_end
    WHERE segment.segment_start < DATE '9999-12-31'
    GROUP BY segment.loan_id, segment.segment_start, segment.segment_end, segment.missing_share, shared_assignment.officer_id
),

rounding_receiver AS (
    -- A difference that is only a rounding goes to the officer with the largest share.
    SELECT
        loan_id,
        segment_start,
        first_value(officer_id ORDER BY share DESC, officer_id) AS officer_id
    FROM officer_share
    WHERE missing_share <> 0
      AND abs(missing_share) <= 0.000001
    GROUP BY loan_id, segment_start
),

full_share AS (
    SELECT
        officer_share.loan_id,
        officer_share.segment_start,
        officer_share.segment_end,
        officer_share.officer_id,
        CAST(CASE
            WHEN rounding_receiver.loan_id IS NOT NULL THEN officer_share.share + officer_share.missing_share
            ELSE officer_share.share
        END AS DECIMAL(9,6)) AS share
    FROM officer_share
    LEFT JOIN rounding_receiver
      ON rounding_receiver.loan_id = officer_share.loan_id
     AND rounding_receiver.segment_start = officer_share.segment_start
     AND rounding_receiver.officer_id = officer_share.officer_id
    UNION ALL
    -- Everything else that is missing belongs to nobody.
    SELECT
        loan_id,
        segment_start,
        segment_end,
        'UNASSIGNED' AS officer_id,
        CAST(missing_share AS DECIMAL(9,6)) AS share
    FROM segment
    WHERE segment_start < DATE '9999-12-31'
      AND abs(missing_share) > 0.000001
),

compared AS (
    -- Each span beside the one before it; the first span of a loan or officer does not continue its predecessor.
    SELECT
        loan_id,
        officer_id,
        share,
        segment_start,
        segment_end,
        lag(share) OVER (ORDER BY loan_id, officer_id, segment_start) AS previous_share,
        coalesce(
            lag(loan_id) OVER (ORDER BY loan_id, officer_id, segment_start) = loan_id
            AND lag(officer_id) OVER (ORDER BY loan_id, officer_id, segment_start) = officer_id
            AND lag(segment_end) OVER (ORDER BY loan_id, officer_id, segment_start) = segment_start,
            FALSE
        ) AS continues
    FROM full_share
),

numbered AS (
    SELECT
        loan_id,
        officer_id,
        share,
        segment_start,
        segment_end,
        sum(CASE WHEN continues THEN 0 ELSE 1 END)
            OVER (ORDER BY loan_id, officer_id, segment_start ROWS UNBOUNDED PRECEDING) AS run_no,
        sum(CASE WHEN continues AND share = previous_share THEN 0 ELSE 1 END)
            OVER (ORDER BY loan_id, officer_id, segment_start ROWS UNBOUNDED PRECEDING) AS span_no
    FROM compared
),

span AS (
    SELECT
        loan_id,
        officer_id,
        share,
        run_no,
        min(segment_start) AS valid_from,
        max(segment_end) AS valid_to
    FROM numbered
    GROUP BY loan_id, officer_id, share, run_no, span_no
),

span_with_run AS (
    SELECT
        loan_id,
        officer_id,
        share,
        valid_from,
        valid_to,
        min(valid_from) OVER (PARTITION BY run_no) AS run_start
    FROM span
),

first_holding AS (
    SELECT loan_id, min(valid_from) AS first_held_on
    FROM shared_assignment
    GROUP BY loan_id
)

SELECT
    span_with_run.loan_id,
    span_with_run.officer_id,
    span_with_run.share,
    span_with_run.valid_from,
    span_with_run.valid_to,
    span_with_run.run_start,
    coalesce(span_with_run.run_start <= first_holding.first_held_on, TRUE) AS is_first_holder
FROM span_with_run
LEFT JOIN first_holding ON first_holding.loan_id = span_with_run.loan_id
UNION ALL
SELECT
    loan_id,
    officer_id,
    CAST(1 AS DECIMAL(9,6)) AS share,
    valid_from,
    valid_to,
    valid_from AS run_start,
    is_first_holder
FROM sole_span
WHERE valid_from < valid_to
