-- name: warning_known_late
-- title: Warnings are known within two days | 预警及时入库
-- kind: audit
-- severity: warning
-- params: period_start DATE, period_end DATE
-- source: publication lag in early-warning evaluation (Holopainen and Sarlin 2015)
-- edges: Warnings issued in the period whose known_at is more than two days after issued_at, to the second; exactly two days are fine. Without known_at a
--   warning is taken as known when issued.

SELECT
    warning_id AS key,
    concat('Warning ', warning_id, ' is dated ', CAST(issued_at AS TEXT), ' but the bank first had it on ', CAST(known_at AS TEXT),
        '; it may be back-dated.') AS detail
FROM warning
WHERE CAST(issued_at AS DATE) BETWEEN $period_start AND $period_end
  AND known_at > issued_at + INTERVAL '2 days'
