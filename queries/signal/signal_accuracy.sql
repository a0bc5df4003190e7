-- name: signal_accuracy
-- title: Signals ranked, and the rule that combines them | 信号排名与组合规则
-- kind: signal
-- grain: signal_id, part
-- params: lead_days INT, horizon_days INT, refractory_days INT, validity_days INT, level TEXT, cutoff DATE, net_benefit_threshold DOUBLE
-- source: alert_measure, panel_measure, signal_default, signal_false_alarm, signal_rule_count
-- edges: part all: a row per signal of the backtest, by the same rules as warning_accuracy: alerts and their outcomes (basis outcome_dated), precision of the mature cohort with its Wilson interval, event recall, f2 of these two, net benefit
--   and f2 of the panel of month-ends, lead time of the defaults it saw, and its value over the others: the defaults that no other signal saw in time and the false alarms that no other signal raised too (signal_overlap has the pairs).
--   rank_f2 and rank_net_benefit: 1 is the best, ties share the smaller rank, NULL without a value. parts fit and judge: the same signals, and as COMBINATION the rule with the best f2 of the panel on the fit part, each counted on month-ends whose labels were known by fit_until,
--   and on those after it whose labels are known by the cutoff: rule names it. Nothing of the judge part entered the choice. reason_code HISTORY_TOO_SHORT: a part has no month-end. NO_RULE: no rule foresaw a default of the fit part. A signal without a row in history has n_alerts 0.

WITH alert AS (
    SELECT
        code AS signal_id,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_alerts') AS n_alerts,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_tp') AS n_tp,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_late') AS n_late,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_fp') AS n_fp,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_pending') AS n_pending,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_censored') AS n_censored,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'n_excluded_warnings') AS n_excluded,
        max(value) FILTER (WHERE basis = 'outcome_dated' AND measure = 'precision_useful') AS precision_useful,
        max(value) FILTER (WHERE basis = 'mature_cohort' AND measure = 'precision_useful') AS precision_mature,
        max(lower) FILTER (WHERE basis = 'mature_cohort' AND measure = 'precision_useful') AS precision_lower,
        max(upper) FILTER (WHERE basis = 'mature_cohort' AND measure = 'precision_useful') AS precision_upper,
        max(value) FILTER (WHERE basis = 'kaplan_meier' AND measure = 'precision_useful') AS precision_kaplan_meier,
        max(value) FILTER (WHERE basis = 'event' AND measure = 'recall') AS recall,
        max(lower) FILTER (WHERE basis = 'event' AND measure = 'recall') AS recall_lower,
        max(upper) FILTER (WHERE basis = 'event' AND measure = 'recall') AS recall_upper,
        max(value) FILTER (WHERE basis = 'event' AND measure = 'recall_amount') AS recall_amount,
        max(value) FILTER (WHERE basis = 'mature_cohort' AND measure = 'f2') AS f2,
        max(value) FILTER (WHERE basis = 'burden' AND measure = 'time_in_warning') AS time_in_warning,
        max(value) FILTER (WHERE basis = 'burden' AND measure = 'random_warner_recall') AS random_warner_recall
    FROM alert_measure
    WHERE split = 'signal'
    GROUP BY code
),

panel AS (
    SELECT
        code AS signal_id,
        max(value) FILTER (WHERE measure = 'panel_precision') AS panel_precision,
        max(value) FILTER (WHERE measure = 'panel_sensitivity') AS panel_sensitivity,
        max(denominator) FILTER (WHERE measure = 'panel_base_rate') AS panel_n,
        max(value) FILTER (WHERE measure = 'lift') AS lift,
        max(value) FILTER (WHERE measure = 'panel_f2') AS panel_f2,
        max(value) FILTER (WHERE measure = 'net_benefit') AS net_benefit,
        max(lower) FILTER (WHERE measure = 'net_benefit') AS net_benefit_lower,
        max(upper) FILTER (WHERE measure = 'net_benefit') AS net_benefit_upper,
        max(value) FILTER (WHERE measure = 'auc') AS auc,
        max(value) FILTER (WHERE measure = 'ks') AS ks
    FROM panel_measure
    WHERE split = 'signal'
      AND basis = 'panel_mature'
    GROUP BY code
),

alone AS (
    SELECT signal_id, count(*) FILTER (WHERE is_seen AND n_seeing = 1) AS n_defaults
    FROM signal_default
    GROUP BY signal_id
),

false_alarm AS (
    SELECT signal_id, count(*) FILTER (WHERE n_others = 0) AS n_false_alarms
    FROM (
        SELECT signal_id, subject_id, start_date, count(*) FILTER (WHERE other_id <> signal_id) AS n_others
        FROM signal_false_alarm
        GROUP BY signal_id, subject_id, start_date
    ) AS raised
    GROUP BY signal_id
),

ordered_lead AS (
    SELECT
        code AS signal_id,
        CAST(lead_days AS DOUBLE) AS lead_days,
        row_number() OVER (PARTITION BY code ORDER BY lead_days, loan_id, default_date) AS place,
        count(*) OVER (PARTITION BY code) AS n
    FROM event_by_kind
    WHERE split = 'signal'
      AND detection = 'DETECTED'
),

lead_time AS (
    -- The middle one, or the mean of the two in the middle.
    SELECT signal_id, (min(lead_days) + max(lead_days)) / 2 AS lead_days_p50
    FROM ordered_lead
    WHERE place IN ((n + 1) / 2, (n + 2) / 2)
    GROUP BY signal_id
),

joined AS (
    SELECT
        signal.signal_id,
        coalesce(alert.n_alerts, 0) AS n_alerts,
        alert.n_tp,
        alert.n_late,
        alert.n_fp,
        alert.n_pending,
        alert.n_censored,
        alert.n_excluded,
        alert.precision_useful,
        alert.precision_mature,
        alert.precision_lower,
        alert.precision_upper,
        alert.precision_kaplan_meier,
        alert.recall,
        alert.recall_lower,
        alert.recall_upper,
        alert.recall_amount,
        alert.f2,
        alert.time_in_warning,
        alert.random_warner_recall,
        panel.panel_precision,
        panel.panel_sensitivity,
        panel.panel_n,
        panel.lift,
        panel.panel_f2,
        panel.net_benefit,
        panel.net_benefit_lower,
        panel.net_benefit_upper,
        panel.auc,
        panel.ks,
        coalesce(alone.n_defaults, 0) AS n_defaults_only_it_saw,
        coalesce(false_alarm.n_false_alarms, 0) AS n_false_alarms_only_it_raised,
        lead_time.lead_days_p50
    FROM signal_candidate AS signal
    LEFT JOIN alert ON alert.signal_id = signal.signal_id
    LEFT JOIN panel ON panel.signal_id = signal.signal_id
    LEFT JOIN alone ON alone.signal_id = signal.signal_id
    LEFT JOIN false_alarm ON false_alarm.signal_id = signal.signal_id
    LEFT JOIN lead_time ON lead_time.signal_id = signal.signal_id
),

best AS (
    SELECT rule FROM signal_rule_count WHERE choice = 1
),

part AS (
    SELECT 'fit' AS part UNION ALL SELECT 'judge' AS part
),

fitted AS (
    SELECT count(*) AS n FROM signal_rule_count WHERE part = 'fit'
),

candidate AS (
    SELECT signal.signal_id, signal.signal_id AS rule, part.part
    FROM signal_candidate AS signal
    CROSS JOIN part
    UNION ALL
    SELECT 'COMBINATION' AS signal_id, (SELECT max(rule) FROM best) AS rule, part.part
    FROM part
),

listed AS (
    SELECT
        joined.signal_id,
        'all' AS part,
        joined.signal_id AS rule,
        CASE WHEN joined.f2 IS NOT NULL THEN rank() OVER (ORDER BY joined.f2 DESC NULLS LAST) END AS rank_f2,
        CASE WHEN joined.net_benefit IS NOT NULL THEN rank() OVER (ORDER BY joined.net_benefit DESC NULLS LAST) END AS rank_net_benefit,
        joined.n_alerts,
        joined.n_tp,
        joined.n_late,
        joined.n_fp,
        joined.n_pending,
        joined.n_censored,
        joined.n_excluded,
        joined.precision_useful,
        joined.precision_mature,
        joined.precision_lower,
        joined.precision_upper,
        joined.precision_kaplan_meier,
        joined.recall,
        joined.recall_lower,
        joined.recall_upper,
        joined.recall_amount,
        joined.f2,
        joined.lead_days_p50,
        joined.time_in_warning,
        joined.random_warner_recall,
        joined.n_defaults_only_it_saw,
        joined.n_false_alarms_only_it_raised,
        joined.panel_n,
        joined.panel_precision,
        joined.panel_sensitivity,
        joined.lift,
        joined.panel_f2,
        joined.net_benefit,
        joined.net_benefit_lower,
        joined.net_benefit_upper,
        joined.auc,
        joined.ks,
        CAST(NULL AS VARCHAR) AS reason_code
    FROM joined
    UNION ALL
    SELECT
        candidate.signal_id,
        candidate.part,
        candidate.rule,
        CAST(NULL AS BIGINT) AS rank_f2,
        CAST(NULL AS BIGINT) AS rank_net_benefit,
        CAST(NULL AS DOUBLE) AS n_alerts,
        CAST(NULL AS DOUBLE) AS n_tp,
        CAST(NULL AS DOUBLE) AS n_late,
        CAST(NULL AS DOUBLE) AS n_fp,
        CAST(NULL AS DOUBLE) AS n_pending,
        CAST(NULL AS DOUBLE) AS n_censored,
        CAST(NULL AS DOUBLE) AS n_excluded,
        CAST(NULL AS DOUBLE) AS precision_useful,
        CAST(NULL AS DOUBLE) AS precision_mature,
        CAST(NULL AS DOUBLE) AS precision_lower,
        CAST(NULL AS DOUBLE) AS precision_upper,
        CAST(NULL AS DOUBLE) AS precision_kaplan_meier,
        CAST(NULL AS DOUBLE) AS recall,
        CAST(NULL AS DOUBLE) AS recall_lower,
        CAST(NULL AS DOUBLE) AS recall_upper,
        CAST(NULL AS DOUBLE) AS recall_amount,
        CAST(NULL AS DOUBLE) AS f2,
        CAST(NULL AS DOUBLE) AS lead_days_p50,
        CAST(NULL AS DOUBLE) AS time_in_warning,
        CAST(NULL AS DOUBLE) AS random_warner_recall,
        CAST(NULL AS BIGINT) AS n_defaults_only_it_saw,
        CAST(NULL AS BIGINT) AS n_false_alarms_only_it_raised,
        CAST(coalesce(counted.n_tp + counted.n_fp + counted.n_fn + counted.n_tn, 0) AS DECIMAL(38,12)) AS panel_n,
        counted.hit_rate AS panel_precision,
        counted.sensitivity AS panel_sensitivity,
        counted.hit_rate * CAST(counted.n_tp + counted.n_fp + counted.n_fn + counted.n_tn AS DOUBLE) / CAST(nullif(counted.n_tp + counted.n_fn, 0) AS DOUBLE) AS lift,
        counted.f2 AS panel_f2,
        counted.net_benefit,
        CAST(NULL AS DOUBLE) AS net_benefit_lower,
        CAST(NULL AS DOUBLE) AS net_benefit_upper,
        CAST(NULL AS DOUBLE) AS auc,
        CAST(NULL AS DOUBLE) AS ks,
        CASE
            WHEN candidate.rule IS NULL AND fitted.n > 0 THEN 'NO_RULE'
            WHEN counted.rule IS NULL THEN 'HISTORY_TOO_SHORT'
        END AS reason_code
    FROM fitted
    CROSS JOIN candidate
    LEFT JOIN signal_rule_count AS counted
      ON counted.rule = candidate.rule
     AND counted.part = candidate.part
)

SELECT
    listed.signal_id,
    signal_candidate.title_en,
    signal_candidate.title_zh,
    listed.part,
    listed.rule,
    CAST(listed.rank_f2 AS BIGINT) AS rank_f2,
    CAST(listed.rank_net_benefit AS BIGINT) AS rank_net_benefit,
    CAST(listed.n_alerts AS BIGINT) AS n_alerts,
    CAST(listed.n_tp AS BIGINT) AS n_tp,
    CAST(listed.n_late AS BIGINT) AS n_late,
    CAST(listed.n_fp AS BIGINT) AS n_fp,
    CAST(listed.n_pending AS BIGINT) AS n_pending,
    CAST(listed.n_censored AS BIGINT) AS n_censored,
    CAST(listed.n_excluded AS BIGINT) AS n_excluded,
    listed.precision_useful,
    listed.precision_mature,
    listed.precision_lower,
    listed.precision_upper,
    listed.precision_kaplan_meier,
    listed.recall,
    listed.recall_lower,
    listed.recall_upper,
    listed.recall_amount,
    listed.f2,
    listed.lead_days_p50,
    listed.time_in_warning,
    listed.random_warner_recall,
    listed.n_defaults_only_it_saw,
    listed.n_false_alarms_only_it_raised,
    CAST(listed.panel_n AS BIGINT) AS panel_n,
    listed.panel_precision,
    listed.panel_sensitivity,
    listed.lift,
    listed.panel_f2,
    listed.net_benefit,
    listed.net_benefit_lower,
    listed.net_benefit_upper,
    listed.auc,
    listed.ks,
    listed.reason_code,
    signal_scope.fit_until,
    CAST($net_benefit_threshold AS DOUBLE) AS net_benefit_threshold,
    CAST($lead_days AS INT) AS lead_days,
    CAST($horizon_days AS INT) AS horizon_days,
    CAST($refractory_days AS INT) AS refractory_days,
    CAST($validity_days AS INT) AS validity_days,
    CAST($level AS VARCHAR) AS level,
    warning_scope.first_day AS warning_start,
    CAST($cutoff AS DATE) AS cutoff
FROM listed
LEFT JOIN signal_candidate ON signal_candidate.signal_id = listed.signal_id
CROSS JOIN signal_scope
CROSS JOIN warning_scope
