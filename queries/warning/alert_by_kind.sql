-- name: alert_by_kind
-- title: Alerts of every kind and what became of them | 各类预警事件及其结果
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, cutoff DATE, lead_days INT, horizon_days INT, level TEXT
-- source: Maiwald et al. (2004), prediction horizon and occurrence period; Drehmann and Juselius (2014), signals early enough to act
-- edges: All history up to the cutoff. Each kind of warning_by_kind for itself. An alert is a session of warnings (alert_no of judged_by_kind), named after its first warning; if that is on a whole customer and alerts are judged by
--   loan, the loan follows the name after a slash. d is the first default after it. TP: a warning of the alert lies lead_days to horizon_days before d, both included. LATE: d follows
--   its last warning within horizon_days, but no warning was in time. Else FP when horizon_days after the last warning have passed by the cutoff, or the subject was paid off
--   by then; CENSORED when it was sold by then, or written off without a default on record; PENDING when the cutoff comes first. FP_MITIGATED is an FP with a confirmed intervention on any warning of
--   the session.
--   outcome_date is d for TP and LATE, the earlier of payoff and end of the horizon for FP and FP_MITIGATED, the end of the subject for CENSORED, the day of issue for excluded
--   warnings, which have a row each (EXCLUDED_IN_DEFAULT, EXCLUDED_AFTER_END). in_period is never true for these and for PENDING. severity is the highest of the session. horizon_end is horizon_days after the last
--   warning. next_default, ended_on (of the subject) and horizon_end are empty for excluded warnings.

WITH member AS (
    SELECT
        judged_by_kind.split,
        judged_by_kind.code,
        judged_by_kind.alert_no,
        CASE
            WHEN $level = 'loan' AND warning_by_kind.loan_id IS NULL
                THEN concat(judged_by_kind.warning_id, '/', judged_by_kind.subject_id)
            ELSE judged_by_kind.warning_id
        END AS member_id,
        judged_by_kind.subject_id,
        judged_by_kind.loan_id,
        judged_by_kind.customer_id,
        judged_by_kind.issued_on,
        judged_by_kind.next_default,
        judged_by_kind.exclusion,
        warning_by_kind.signal_type,
        warning_by_kind.source,
        warning_by_kind.score,
        warning_by_kind.is_known_late,
        warning_by_kind.severity_rank,
        warning_by_kind.is_mitigated
    FROM judged_by_kind
    JOIN warning_by_kind
      ON warning_by_kind.split = judged_by_kind.split
     AND warning_by_kind.code = judged_by_kind.code
     AND warning_by_kind.warning_id = judged_by_kind.warning_id
),

session AS (
    SELECT
        min(split) AS split,
        min(code) AS code,
        alert_no,
        first_value(member_id ORDER BY issued_on, member_id) AS alert_id,
        min(subject_id) AS subject_id,
        first_value(loan_id ORDER BY issued_on, member_id) AS loan_id,
        first_value(customer_id ORDER BY issued_on, member_id) AS customer_id,
        min(issued_on) AS start_date,
        max(issued_on) AS last_date,
        count(*) AS n_warnings,
        string_agg(member_id, '|' ORDER BY issued_on, member_id) AS warning_ids,
        min(next_default) AS next_default,
        bool_or(
            next_default >= issued_on + CAST($lead_days AS INT) AND next_default <= issued_on + CAST($horizon_days AS INT)
        ) AS is_timely,
        bool_or(is_mitigated) AS is_mitigated,
        max(severity_rank) AS severity_rank,
        first_value(signal_type ORDER BY issued_on, member_id) AS signal_type,
        first_value(source ORDER BY issued_on, member_id) AS source,
        max(score) AS score,
        bool_or(is_known_late) AS is_known_late
    FROM member
    WHERE alert_no IS NOT NULL
    GROUP BY alert_no
),

judged AS (
    SELECT
        session.split,
        session.code,
        session.subject_id,
        session.alert_no,
        session.alert_id,
        session.loan_id,
        session.customer_id,
        session.start_date,
        session.last_date,
        session.n_warnings,
        session.warning_ids,
        session.next_default,
        session.is_mitigated,
        session.severity_rank,
        session.signal_type,
        session.source,
        session.score,
        session.is_known_late,
        session.last_date + CAST($horizon_days AS INT) AS horizon_end,
        warned_subject.ended_on,
        CASE
            WHEN coalesce(session.is_timely, FALSE) THEN 'TP'
            WHEN session.next_default <= session.last_date + CAST($horizon_days AS INT) THEN 'LATE'
            WHEN warned_subject.ended_on <= session.last_date + CAST($horizon_days AS INT)
                THEN CASE WHEN warned_subject.end_type = 'PAID_OFF' THEN 'FP' ELSE 'CENSORED' END
            WHEN session.last_date + CAST($horizon_days AS INT) <= $cutoff THEN 'FP'
            ELSE 'PENDING'
        END AS outcome
    FROM session
    LEFT JOIN warned_subject ON warned_subject.subject_id = session.subject_id
),

dated AS (
    SELECT
        split,
        code,
        subject_id,
        alert_no,
        alert_id,
        loan_id,
        customer_id,
        start_date,
        last_date,
        n_warnings,
        CASE WHEN n_warnings > 1 THEN substr(warning_ids, char_length(alert_id) + 2) END AS merged_warning_ids,
        CASE WHEN outcome = 'FP' AND is_mitigated THEN 'FP_MITIGATED' ELSE outcome END AS outcome,
        CASE
            WHEN outcome IN ('TP', 'LATE') THEN next_default
            WHEN outcome = 'FP' THEN least(coalesce(ended_on, horizon_end), horizon_end)
            WHEN outcome = 'CENSORED' THEN ended_on
        END AS outcome_date,
        CASE WHEN outcome IN ('TP', 'LATE') THEN next_default - start_date END AS lead_days,
        next_default,
        ended_on,
        horizon_end,
        severity_rank,
        signal_type,
        source,
        score,
        is_known_late
    FROM judged
    UNION ALL
    SELECT
        split,
        code,
        subject_id,
        CAST(NULL AS BIGINT) AS alert_no,
        member_id AS alert_id,
        loan_id,
        customer_id,
        issued_on AS start_date,
        issued_on AS last_date,
        1 AS n_warnings,
        CAST(NULL AS VARCHAR) AS merged_warning_ids,
        concat('EXCLUDED_', exclusion) AS outcome,
        issued_on AS outcome_date,
        CAST(NULL AS INT) AS lead_days,
        CAST(NULL AS DATE) AS next_default,
        CAST(NULL AS DATE) AS ended_on,
        CAST(NULL AS DATE) AS horizon_end,
        severity_rank,
        signal_type,
        source,
        score,
        is_known_late
    FROM member
    WHERE exclusion IS NOT NULL
)

SELECT
    split,
    code,
    subject_id,
    alert_no,
    alert_id,
    loan_id,
    customer_id,
    start_date,
    last_date,
    CAST(n_warnings AS BIGINT) AS n_warnings,
    merged_warning_ids,
    outcome,
    outcome_date,
    CAST(lead_days AS INT) AS lead_days,
    outcome IN ('TP', 'LATE', 'FP', 'FP_MITIGATED', 'CENSORED')
        AND outcome_date BETWEEN $period_start AND $period_end AS in_period,
    CASE severity_rank WHEN 3 THEN 'RED' WHEN 2 THEN 'ORANGE' WHEN 1 THEN 'YELLOW' END AS severity,
    signal_type,
    source,
    score,
    is_known_late,
    next_default,
    ended_on,
    horizon_end
FROM dated
