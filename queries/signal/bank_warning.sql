-- name: bank_warning
-- title: The bank's own warnings | 银行自有预警
-- kind: signal
-- needs: warning
-- source: table warning; Holopainen and Sarlin (2015), evaluation with the data known at the time
-- edges: Every warning on the day of issue, or on the day on which the bank's system first had it where that is later: a warning that was entered late does not count
--   from the day on which it says it was issued. Mitigation is not looked at, so that all signals are judged alike: a false alarm that was one thanks to good
--   work counts as a false alarm here, and warning_accuracy has both numbers.

SELECT
    customer_id,
    loan_id,
    greatest(CAST(issued_at AS DATE), coalesce(CAST(known_at AS DATE), CAST(issued_at AS DATE))) AS issued_at,
    severity,
    score
FROM warning
