-- name: alert_count
-- title: Alerts by outcome | 预警事件结果计数
-- kind: base
-- keep: yes
-- source: three bases of precision: by the day on which the outcome became known, by mature cohort, by survival (alert_survival)
-- edges: Sums of weights by outcome per split, code and basis: outcome_dated (every alert), outcome_in_period (its outcome became known in the period), mature_cohort (horizon_days after the last warning
--   have passed). A code has a row per basis also where no alert counts: one with defaults but no alert (event_cell), and all in a bank without any warning. Excluded warnings count in outcome_dated alone, because they have no horizon.

WITH based AS (
    SELECT split, code, 'outcome_dated' AS basis, TRUE AS is_in, outcome, weight FROM alert_cell
    UNION ALL
    SELECT split, code, 'outcome_in_period' AS basis, in_period AS is_in, outcome, weight FROM alert_cell
    UNION ALL
    SELECT split, code, 'mature_cohort' AS basis, is_mature AS is_in, outcome, weight FROM alert_cell
),

known_code AS (
    SELECT split, code FROM alert_cell
    UNION
    SELECT split, code FROM event_cell
    UNION
    SELECT split, code FROM warning_kind
),

cell AS (
    SELECT known_code.split, known_code.code, base.basis
    FROM known_code
    CROSS JOIN (
        SELECT 'outcome_dated' AS basis UNION ALL SELECT 'outcome_in_period' AS basis UNION ALL SELECT 'mature_cohort' AS basis
    ) AS base
)

SELECT
    cell.split,
    cell.code,
    cell.basis,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'TP'), 0) AS n_tp,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'LATE'), 0) AS n_late,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'FP'), 0) AS n_fp,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'FP_MITIGATED'), 0) AS n_fp_mitigated,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'PENDING'), 0) AS n_pending,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome = 'CENSORED'), 0) AS n_censored,
    coalesce(sum(based.weight) FILTER (WHERE based.is_in AND based.outcome LIKE 'EXCLUDED%'), 0) AS n_excluded_warnings,
    coalesce(sum(based.weight) FILTER (WHERE based.outcome NOT LIKE 'EXCLUDED%'), 0) AS n_alerts
FROM cell
LEFT JOIN based ON based.split = cell.split AND based.code = cell.code AND based.basis = cell.basis
GROUP BY cell.split, cell.code, cell.basis
