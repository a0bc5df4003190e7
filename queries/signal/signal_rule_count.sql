-- name: signal_rule_count
-- title: Rules counted on the part that chooses and the part that judges | 组合规则的拟合与检验
-- kind: base
-- keep: yes
-- params: net_benefit_threshold DOUBLE
-- source: signal_mask, signal_rule
-- edges: One row per rule and part (fit, judge). A row of the panel is flagged by a rule when at least `least` of its signals are on. f2 and net_benefit as in panel_measure; NULL where a part has no row labelled 1 (f2) or no row at
--   all. choice: place of the rule on the fit part among those with a positive f2 there, by f2, then fewer signals, then name: NULL if no rule has any, because the history is too short for horizon_days to pass before fit_until.

WITH hit AS (
    SELECT
        signal_rule.rule,
        min(signal_rule.n_signals) AS n_signals,
        signal_mask.part,
        signal_mask.fit_until,
        signal_mask.mask,
        max(signal_mask.n_positive) AS n_positive,
        max(signal_mask.n_negative) AS n_negative,
        sum((signal_mask.mask >> signal_rule.place) % 2) >= min(signal_rule.least) AS is_flagged
    FROM signal_rule
    CROSS JOIN signal_mask
    GROUP BY signal_rule.rule, signal_mask.part, signal_mask.fit_until, signal_mask.mask
),

counted AS (
    SELECT
        rule,
        n_signals,
        part,
        fit_until,
        coalesce(sum(n_positive) FILTER (WHERE is_flagged), 0) AS n_tp,
        coalesce(sum(n_negative) FILTER (WHERE is_flagged), 0) AS n_fp,
        coalesce(sum(n_positive) FILTER (WHERE NOT is_flagged), 0) AS n_fn,
        coalesce(sum(n_negative) FILTER (WHERE NOT is_flagged), 0) AS n_tn
    FROM hit
    GROUP BY rule, n_signals, part, fit_until
),

valued AS (
    SELECT
        rule,
        n_signals,
        part,
        fit_until,
        n_tp,
        n_fp,
        n_fn,
        n_tn,
        CAST(n_tp AS DOUBLE) / CAST(nullif(n_tp + n_fp, 0) AS DOUBLE) AS hit_rate,
        CAST(n_tp AS DOUBLE) / CAST(nullif(n_tp + n_fn, 0) AS DOUBLE) AS sensitivity,
        -- 5 P R / (4 P + R) with both rates written out.
        CAST(5 * n_tp AS DOUBLE) / CAST(nullif(5 * n_tp + 4 * n_fn + n_fp, 0) AS DOUBLE) AS f2,
        (CAST(n_tp AS DOUBLE) - CAST(n_fp AS DOUBLE) * $net_benefit_threshold / (1 - $net_benefit_threshold))
            / CAST(nullif(n_tp + n_fp + n_fn + n_tn, 0) AS DOUBLE) AS net_benefit
    FROM counted
),

chosen AS (
    SELECT rule, row_number() OVER (ORDER BY f2 DESC, n_signals, rule) AS choice
    FROM valued
    WHERE part = 'fit'
      AND f2 > 0
)

SELECT
    valued.rule,
    valued.n_signals,
    valued.part,
    valued.fit_until,
    valued.n_tp,
    valued.n_fp,
    valued.n_fn,
    valued.n_tn,
    valued.hit_rate,
    valued.sensitivity,
    CASE WHEN valued.n_tp + valued.n_fn > 0 THEN valued.f2 END AS f2,
    valued.net_benefit,
    chosen.choice
FROM valued
LEFT JOIN chosen ON chosen.rule = valued.rule
