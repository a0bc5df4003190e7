-- name: pause_span
-- title: Spans of days that do not count as past due, overlaps joined | 逾期暂停区间（合并重叠）
-- kind: base
-- source: moratoria stop the count of days past due (EBA/GL/2016/07, days past due suspended)
-- edges: Half-open spans, at most one of a loan on any day: pauses that overlap or touch are one span, so that no day is taken off twice. A pause
--   without an end lasts to 9999-12-31.

WITH ordered AS (
    SELECT
        loan_id,
        start_date,
        coalesce(end_date, DATE '9999-12-31') AS end_date,
        max(coalesce(end_date, DATE '9999-12-31')) OVER (
            PARTITION BY loan_id ORDER BY start_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS end_so_far
    FROM delinquency_pause
),

numbered AS (
    SELECT
        loan_id,
        start_date,
        end_date,
        sum(CASE WHEN start_date <= end_so_far THEN 0 ELSE 1 END) OVER (
            PARTITION BY loan_id ORDER BY start_date ROWS UNBOUNDED PRECEDING
        ) AS span_no
    FROM ordered
)

SELECT
    loan_id,
    min(start_date) AS valid_from,
    max(end_date) AS valid_to
FROM numbered
GROUP BY loan_id, span_no
