-- name: warning_accuracy
-- title: How good warnings are | 风险预警评价
-- kind: warning
-- grain: split, code, basis, measure
-- needs: warning
-- params: lead_days INT, horizon_days INT, refractory_days INT, validity_days INT, level TEXT, cutoff DATE
-- source: alert_measure, panel_measure
-- edges: All history up to the cutoff, in the splits all, signal_type and source (each judged as if it were alone), severity, officer, branch, industry, product, region, size_band and customer_type. basis: outcome_dated (each alert
--   once, as soon as its outcome is known; flatters near the cutoff, because defaults show sooner than their absence), outcome_in_period (the same for the period), mature_cohort (the one to report), kaplan_meier, event (defaults), burden,
--   naive, and panel, panel_mature (month-ends; there a subject counts in full under every code that it has on the day, so that the codes of a segment, and officers who share a loan, overlap; no split by severity). formula and label_zh stand beside each value because 准确率 is used for precision and for (TP + TN) / all, which is not published: with rare defaults a system that never warns
--   scores 98 % in it.

WITH measured AS (
    SELECT split, code, basis, measure, numerator, denominator, value, lower, upper, n_excluded, reason_code
    FROM alert_measure
    WHERE split <> 'signal'
    UNION ALL
    SELECT split, code, basis, measure, numerator, denominator, value, lower, upper, n_excluded, reason_code
    FROM panel_measure
    WHERE split <> 'signal'
),

formula (measure, formula, label_zh) AS (
    VALUES
        ('precision_useful', 'TP / (TP + LATE + FP)', '风险预警准确率（命中率）'),
        ('precision_any', '(TP + LATE) / (TP + LATE + FP)', '预警命中率（含迟报）'),
        ('precision_counting_mitigated_as_fp', 'TP / (TP + LATE + FP + FP_MITIGATED)', '预警准确率（已缓释计误报）'),
        ('false_alarm_share', 'FP / (TP + LATE + FP)', '误报率'),
        ('recall', 'DETECTED / (DETECTED + LATE + MISSED)', '预警覆盖率（查全率）'),
        ('recall_amount', 'EAD DETECTED / EAD (DETECTED + LATE + MISSED)', '预警覆盖率（按金额）'),
        ('miss_rate', '(LATE + MISSED) / (DETECTED + LATE + MISSED)', '漏警率'),
        ('f1', '2 P R / (P + R)', 'F1 值'),
        ('f2', '5 P R / (4 P + R)', 'F2 值'),
        ('naive_share_of_warnings', 'warnings on subjects that ever defaulted / warnings', '朴素口径：预警后曾违约占比（不可用于评价）'),
        ('naive_share_of_warned', 'subjects that ever defaulted / subjects ever warned', '朴素口径：被预警对象曾违约占比（不可用于评价）'),
        ('alerts_per_100_years', '36500 alerts / days at risk', '每百年风险期预警数'),
        ('false_alarms_per_detected_default', 'FP / TP', '每次命中的误报数'),
        ('number_needed_to_inspect', '(TP + LATE + FP) / TP', '每次命中需排查数'),
        ('time_in_warning', 'flagged days / days at risk', '预警时间占比'),
        ('rule_coverage', 'subjects flagged / subjects at risk', '规则覆盖率'),
        ('random_warner_recall', '1 - (1 - time in warning)^((H - L + 1) / V)', '随机预警的覆盖率'),
        ('precision_useful_shrunk', '(TP + p M) / (TP + LATE + FP + M)', '预警准确率（收缩）'),
        ('rank', 'rank by precision_useful_shrunk', '排名'),
        ('panel_sensitivity', 'TP / (TP + FN)', '灵敏度'),
        ('panel_specificity', 'TN / (TN + FP)', '特异度'),
        ('panel_fpr', 'FP / (FP + TN)', '假阳性率'),
        ('panel_precision', 'TP / (TP + FP)', '面板准确率（命中率）'),
        ('panel_base_rate', '(TP + FN) / (TP + FP + FN + TN)', '基准违约率'),
        ('lift', 'precision / base rate', '提升度'),
        ('panel_f2', '5 P R / (4 P + R)', '面板 F2 值'),
        ('noise_to_signal', 'FPR / sensitivity', '噪声信号比'),
        ('relative_usefulness_50', '(A - 0.5 P1 T1 - 0.5 P2 T2) / A', '相对有用性（μ=0.5）'),
        ('relative_usefulness_70', '(A - 0.7 P1 T1 - 0.3 P2 T2) / A', '相对有用性（μ=0.7）'),
        ('relative_usefulness_90', '(A - 0.9 P1 T1 - 0.1 P2 T2) / A', '相对有用性（μ=0.9）'),
        ('net_benefit', 'TP / N - FP / N · p / (1 - p)', '净收益'),
        ('auc', 'U / (n1 n0)', 'AUC'),
        ('gini', '2 AUC - 1', 'Gini 系数'),
        ('ks', 'max |F1 - F0|', 'KS 值')
)

SELECT
    measured.split,
    measured.code,
    measured.basis,
    measured.measure,
    measured.numerator,
    measured.denominator,
    measured.value,
    measured.lower,
    measured.upper,
    measured.n_excluded,
    measured.reason_code,
    CASE WHEN measured.basis = 'kaplan_meier' THEN 'S(L - 1) - S(H)' ELSE coalesce(formula.formula, 'count') END AS formula,
    CASE WHEN measured.basis = 'kaplan_meier' THEN '风险预警准确率（生存法）' ELSE coalesce(formula.label_zh, '计数') END AS label_zh,
    CAST($lead_days AS INT) AS lead_days,
    CAST($horizon_days AS INT) AS horizon_days,
    CAST($refractory_days AS INT) AS refractory_days,
    CAST($validity_days AS INT) AS validity_days,
    CAST($level AS VARCHAR) AS level,
    warning_scope.first_day AS warning_start,
    CAST($cutoff AS DATE) AS cutoff
FROM measured
CROSS JOIN warning_scope
LEFT JOIN formula ON formula.measure = measured.measure
