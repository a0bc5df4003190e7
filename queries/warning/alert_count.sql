-- name: alert_count
-- title: Alerts by outcome | 预警事件结果计数
-- kind: base
-- keep: yes
-- source: three bases of precision: by the day on which the outcome became known, by mature cohort, by survival (alert_survival)
-- edges: Sums of weights by outcome per split, code and basis: outcome_dated (every alert), outcome_in_period (its outcome became known in the period), mature_cohort (horizon_days after the last warning
--   have passed). A code has a row per basis also where no alert counts. Excluded warnings count in outcome_dated alone, because they have no horizon.

WITH based AS (
    SELECT split, code, 'outcome_dated' AS basis, TRUE AS is_in, outcome, weight FROM alert_cell
    UNION ALL
    SELECT split, code, 'outcome_in_period' AS basis, in_period AS is_in, outcome, weight FROM alert_cell
    UNION ALL
    SELECT split, code, 'mature_cohort' AS basis, is_mature AS is_in, outcome, weight FROM alert_cell
)

SELECT
    split,
    code,
    basis,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'TP'), 0) AS n_tp,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'LATE'), 0) AS n_late,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'FP'), 0) AS n_fp,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'FP_MITIGATED'), 0) AS n_fp_mitigated,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'PENDING'), 0) AS n_pending,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome = 'CENSORED'), 0) AS n_censored,
    coalesce(sum(weight) FILTER (WHERE is_in AND outcome LIKE 'EXCLUDED%'), 0) AS n_excluded_warnings,
    coalesce(sum(weight) FILTER (WHERE outcome NOT LIKE 'EXCLUDED%'), 0) AS n_alerts
FROM based
GROUP BY split, code, basis
