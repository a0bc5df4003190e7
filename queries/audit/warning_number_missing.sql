-- name: warning_number_missing
-- title: Numbers missing among warnings | 预警缺号
-- kind: audit
-- severity: warning
-- needs: warning
-- source: warnings are added, never taken back: one that was deleted to look better leaves a gap in its numbering
-- edges: A series is all warning_id that are equal but for the digits at their end (at most 15 digits; an id without digits at its end belongs to none). A finding per series of at least 20
--   warnings of which numbers between the first and the last are missing, if at least half of them are there; with fewer the numbers are not the table's own and a gap says nothing. Numbers
--   before the first and after the last cannot be missed.

WITH split AS (
    SELECT warning_id, regexp_replace(warning_id, '[0-9]{1,15}$', '') AS series
    FROM warning
),

numbered AS (
    SELECT series, CAST(substr(warning_id, char_length(series) + 1) AS BIGINT) AS number
    FROM split
    WHERE char_length(warning_id) > char_length(series)
),

counted AS (
    SELECT series, min(number) AS first_number, max(number) AS last_number, count(DISTINCT number) AS n_there, max(number) - min(number) + 1 AS n_due
    FROM numbered
    GROUP BY series
)

SELECT
    concat(series, CAST(first_number AS VARCHAR), '…', CAST(last_number AS VARCHAR)) AS key,
    concat(CAST(n_due - n_there AS VARCHAR), ' of ', CAST(n_due AS VARCHAR), ' numbers are missing') AS detail
FROM counted
WHERE n_there >= 20
  AND n_there < n_due
  AND 2 * n_there >= n_due
