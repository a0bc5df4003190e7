-- name: alert_measure
-- title: Precision, recall and burden of warnings | 预警准确率、覆盖率与负担
-- kind: base
-- keep: yes
-- params: lead_days INT, horizon_days INT, validity_days INT, warning_min_n INT
-- source: alert_count, alert_survival, event_count, warning_burden; Wilson (1927); Snyder et al. (2008); van Rijsbergen (1979), F-measure
-- edges: One row per split, code, basis and measure; a code that has alerts or defaults has them all, but for severity, which has no recall, and the measures of single kinds (naive, burden). Proportions of counts have a Wilson 95 % interval (z = 1.959963984540054), survival its Greenwood interval cut off at 0 and 1, other measures none. A denominator of
--   0 gives NULL with NO_MATURE_ALERT (alerts), NO_DEFAULT (defaults) or NO_EXPOSURE (days). n_excluded: the alerts of the code that are in neither part (excluded warnings not counted among them), or the defaults
--   left out as LEFT_TRUNCATED or TOO_NEW (by amount also those without a known exposure); a fraction is rounded. Shares that are cut at the twelfth digit are rounded to nine digits before they are compared or rounded, so that three computed thirds are one. Officers with a denominator below warning_min_n keep their value beside INSUFFICIENT_N and have no rank. f1 and f2 join the precision of outcome_dated and of mature_cohort with the event recall of the same split and code; the precision of a period has no recall of its own. They are 0 where both parts are.
--   false_alarms_per_detected_default is FP over TP. random_warner_recall: a warner that warns at random, so that it is in warning for the same share w of the days at risk, has a warning in the window
--   of horizon_days - lead_days + 1 days before a default with probability 1 - (1 - w)^(window / validity_days).

WITH ratio AS (
    SELECT split, code, basis, 'precision_useful' AS measure, n_tp AS numerator, n_tp + n_late + n_fp AS denominator, n_alerts, 'NO_MATURE_ALERT' AS empty FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'precision_any' AS measure, n_tp + n_late AS numerator, n_tp + n_late + n_fp AS denominator, n_alerts, 'NO_MATURE_ALERT' AS empty FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'precision_counting_mitigated_as_fp' AS measure, n_tp AS numerator, n_tp + n_late + n_fp + n_fp_mitigated AS denominator, n_alerts, 'NO_MATURE_ALERT' AS empty FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'false_alarm_share' AS measure, n_fp AS numerator, n_tp + n_late + n_fp AS denominator, n_alerts, 'NO_MATURE_ALERT' AS empty FROM alert_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'recall' AS measure, n_detected AS numerator, n_detected + n_late + n_missed AS denominator, n_detected + n_late + n_missed + n_left_truncated + n_too_new AS n_alerts, 'NO_DEFAULT' AS empty
    FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'miss_rate' AS measure, n_late + n_missed AS numerator, n_detected + n_late + n_missed AS denominator, n_detected + n_late + n_missed + n_left_truncated + n_too_new AS n_alerts, 'NO_DEFAULT' AS empty
    FROM event_count
    UNION ALL
    SELECT split, code, 'naive' AS basis, 'naive_share_of_warnings' AS measure, n_warnings_defaulted AS numerator, n_warnings AS denominator, n_warnings AS n_alerts, 'NO_MATURE_ALERT' AS empty
    FROM naive_share
    UNION ALL
    SELECT split, code, 'naive' AS basis, 'naive_share_of_warned' AS measure, n_subjects_defaulted AS numerator, n_subjects AS denominator, n_subjects AS n_alerts, 'NO_MATURE_ALERT' AS empty
    FROM naive_share
),

wilson AS (
    SELECT
        split,
        code,
        basis,
        measure,
        CAST(numerator AS DECIMAL(38,12)) AS numerator,
        CAST(denominator AS DECIMAL(38,12)) AS denominator,
        CAST(numerator AS DOUBLE) / CAST(nullif(denominator, 0) AS DOUBLE) AS value,
        CAST(nullif(denominator, 0) AS DOUBLE) AS n,
        CAST(1.959963984540054 AS DOUBLE) AS z,
        CAST(round(CAST(n_alerts - denominator AS DECIMAL(38,9))) AS BIGINT) AS n_excluded,
        empty
    FROM ratio
),

proportion AS (
    SELECT
        split,
        code,
        basis,
        measure,
        numerator,
        denominator,
        value,
        -- greatest and least pass over NULL.
        CASE WHEN n > 0 THEN greatest(0, (value + z * z / (2 * n) - z * sqrt(greatest(0, value * (1 - value) / n + z * z / (4 * n * n)))) / (1 + z * z / n)) END AS lower,
        CASE WHEN n > 0 THEN least(1, (value + z * z / (2 * n) + z * sqrt(greatest(0, value * (1 - value) / n + z * z / (4 * n * n)))) / (1 + z * z / n)) END AS upper,
        n_excluded,
        CASE
            WHEN n IS NULL THEN empty
            WHEN split = 'officer' AND round(n, 9) < CAST($warning_min_n AS INT) THEN 'INSUFFICIENT_N'
        END AS reason_code
    FROM wilson
),

survival AS (
    SELECT
        split,
        code,
        value,
        greatest(0, value - CAST(1.959963984540054 AS DOUBLE) * sqrt(greatest(0, variance))) AS lower,
        least(1, value + CAST(1.959963984540054 AS DOUBLE) * sqrt(greatest(0, variance))) AS upper,
        at_risk
    FROM alert_survival
),

counted AS (
    SELECT split, code, basis, 'n_tp' AS measure, n_tp AS amount FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'n_late' AS measure, n_late AS amount FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'n_fp' AS measure, n_fp AS amount FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'n_fp_mitigated' AS measure, n_fp_mitigated AS amount FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'n_pending' AS measure, n_pending AS amount FROM alert_count WHERE basis = 'outcome_dated'
    UNION ALL
    SELECT split, code, basis, 'n_censored' AS measure, n_censored AS amount FROM alert_count
    UNION ALL
    SELECT split, code, basis, 'n_excluded_warnings' AS measure, n_excluded_warnings AS amount FROM alert_count WHERE basis = 'outcome_dated'
    UNION ALL
    SELECT split, code, basis, 'n_alerts' AS measure, n_alerts AS amount FROM alert_count WHERE basis = 'outcome_dated'
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_detected' AS measure, n_detected AS amount FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_late' AS measure, n_late AS amount FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_missed' AS measure, n_missed AS amount FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_left_truncated' AS measure, n_left_truncated AS amount FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_too_new' AS measure, n_too_new AS amount FROM event_count
    UNION ALL
    SELECT split, code, 'event' AS basis, 'n_episodes' AS measure, n_detected + n_late + n_missed + n_left_truncated + n_too_new AS amount FROM event_count
),

joined AS (
    SELECT useful.split, useful.code, useful.basis, useful.value AS p, seen.value AS r, coalesce(useful.reason_code, seen.reason_code) AS reason_code
    FROM proportion AS useful
    JOIN proportion AS seen
      ON seen.split = useful.split
     AND seen.code = useful.code
     AND seen.measure = 'recall'
    WHERE useful.measure = 'precision_useful'
      AND useful.basis IN ('outcome_dated', 'mature_cohort')
),

burdened AS (
    SELECT
        warning_burden.split,
        warning_burden.code,
        warning_burden.days_at_risk,
        warning_burden.days_flagged,
        warning_burden.n_subjects,
        warning_burden.n_subjects_flagged,
        warning_burden.n_alerts,
        alert_count.n_tp,
        alert_count.n_fp,
        alert_count.n_tp + alert_count.n_late + alert_count.n_fp AS n_judged
    FROM warning_burden
    LEFT JOIN alert_count
      ON alert_count.split = warning_burden.split
     AND alert_count.code = warning_burden.code
     AND alert_count.basis = 'outcome_dated'
),

burden AS (
    SELECT split, code, 'alerts_per_100_years' AS measure, CAST(36500 * n_alerts AS DECIMAL(38,12)) AS numerator, CAST(days_at_risk AS DECIMAL(38,12)) AS denominator, 'NO_EXPOSURE' AS empty FROM burdened
    UNION ALL
    SELECT split, code, 'false_alarms_per_detected_default' AS measure, CAST(coalesce(n_fp, 0) AS DECIMAL(38,12)) AS numerator, CAST(coalesce(n_tp, 0) AS DECIMAL(38,12)) AS denominator, 'NO_MATURE_ALERT' AS empty FROM burdened
    UNION ALL
    SELECT split, code, 'number_needed_to_inspect' AS measure, CAST(coalesce(n_judged, 0) AS DECIMAL(38,12)) AS numerator, CAST(coalesce(n_tp, 0) AS DECIMAL(38,12)) AS denominator, 'NO_MATURE_ALERT' AS empty FROM burdened
    UNION ALL
    SELECT split, code, 'time_in_warning' AS measure, CAST(days_flagged AS DECIMAL(38,12)) AS numerator, CAST(days_at_risk AS DECIMAL(38,12)) AS denominator, 'NO_EXPOSURE' AS empty FROM burdened
    UNION ALL
    SELECT split, code, 'rule_coverage' AS measure, CAST(n_subjects_flagged AS DECIMAL(38,12)) AS numerator, CAST(n_subjects AS DECIMAL(38,12)) AS denominator, 'NO_EXPOSURE' AS empty FROM burdened
)

SELECT split, code, basis, measure, numerator, denominator, value, CAST(lower AS DOUBLE) AS lower, CAST(upper AS DOUBLE) AS upper, n_excluded, reason_code
FROM proportion
UNION ALL
SELECT
    alert_count.split,
    alert_count.code,
    'kaplan_meier' AS basis,
    'precision_useful' AS measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(coalesce(survival.at_risk, 0) AS DECIMAL(38,12)) AS denominator,
    survival.value,
    survival.lower,
    survival.upper,
    CAST(round(CAST(alert_count.n_fp_mitigated AS DECIMAL(38,9))) AS BIGINT) AS n_excluded,
    CASE
        WHEN survival.split IS NULL THEN 'NO_MATURE_ALERT'
        WHEN alert_count.split = 'officer' AND CAST(survival.at_risk AS DECIMAL(38,9)) < CAST($warning_min_n AS INT) THEN 'INSUFFICIENT_N'
    END AS reason_code
FROM alert_count
LEFT JOIN survival ON survival.split = alert_count.split AND survival.code = alert_count.code
WHERE alert_count.basis = 'outcome_dated'
UNION ALL
SELECT
    split,
    code,
    'event' AS basis,
    'recall_amount' AS measure,
    CAST(ead_detected AS DECIMAL(38,12)) AS numerator,
    CAST(ead_judged AS DECIMAL(38,12)) AS denominator,
    CAST(ead_detected AS DOUBLE) / CAST(nullif(ead_judged, 0) AS DOUBLE) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(round(CAST(n_left_truncated + n_too_new + n_without_ead AS DECIMAL(38,9))) AS BIGINT) AS n_excluded,
    CASE
        WHEN ead_judged = 0 AND n_detected + n_late + n_missed > 0 THEN 'NO_EXPOSURE'
        WHEN ead_judged = 0 THEN 'NO_DEFAULT'
        WHEN split = 'officer' AND CAST(n_detected + n_late + n_missed AS DECIMAL(38,9)) < CAST($warning_min_n AS INT) THEN 'INSUFFICIENT_N'
    END AS reason_code
FROM event_count
UNION ALL
SELECT
    split,
    code,
    basis,
    measure,
    CAST(amount AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    CAST(amount AS DOUBLE) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CAST(NULL AS VARCHAR) AS reason_code
FROM counted
UNION ALL
SELECT
    joined.split,
    joined.code,
    joined.basis,
    beta.measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    CASE
        WHEN joined.p = 0 AND joined.r = 0 THEN 0
        ELSE (1 + beta.square) * joined.p * joined.r / (beta.square * joined.p + joined.r)
    END AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN joined.p IS NULL THEN 'NO_MATURE_ALERT' WHEN joined.r IS NULL THEN 'NO_DEFAULT' ELSE joined.reason_code END AS reason_code
FROM joined
CROSS JOIN (SELECT 'f1' AS measure, CAST(1 AS DOUBLE) AS square UNION ALL SELECT 'f2' AS measure, CAST(4 AS DOUBLE) AS square) AS beta
UNION ALL
SELECT
    split,
    code,
    'burden' AS basis,
    measure,
    numerator,
    denominator,
    CAST(numerator AS DOUBLE) / CAST(nullif(denominator, 0) AS DOUBLE) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN denominator = 0 THEN empty END AS reason_code
FROM burden
UNION ALL
SELECT
    split,
    code,
    'burden' AS basis,
    'random_warner_recall' AS measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(NULL AS DECIMAL(38,12)) AS denominator,
    1 - power(
        1 - CAST(days_flagged AS DOUBLE) / CAST(nullif(days_at_risk, 0) AS DOUBLE),
        CAST(CAST($horizon_days AS INT) - CAST($lead_days AS INT) + 1 AS DOUBLE) / CAST(CAST($validity_days AS INT) AS DOUBLE)
    ) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN days_at_risk = 0 THEN 'NO_EXPOSURE' END AS reason_code
FROM burdened
UNION ALL
SELECT
    'officer' AS split,
    code,
    basis,
    'precision_useful_shrunk' AS measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(n AS DECIMAL(38,12)) AS denominator,
    value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN place IS NULL THEN 'INSUFFICIENT_N' END AS reason_code
FROM officer_precision
UNION ALL
SELECT
    'officer' AS split,
    code,
    basis,
    'rank' AS measure,
    CAST(NULL AS DECIMAL(38,12)) AS numerator,
    CAST(n AS DECIMAL(38,12)) AS denominator,
    CAST(place AS DOUBLE) AS value,
    CAST(NULL AS DOUBLE) AS lower,
    CAST(NULL AS DOUBLE) AS upper,
    CAST(NULL AS BIGINT) AS n_excluded,
    CASE WHEN place IS NULL THEN 'INSUFFICIENT_N' END AS reason_code
FROM officer_precision
