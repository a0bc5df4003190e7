-- name: judged_by_kind
-- title: Warnings of every kind with what followed them, and the alert they belong to | 各类预警逐条判定（归并为预警事件）
-- kind: base
-- keep: yes
-- params: level TEXT, refractory_days INT
-- source: Bussière and Fratzscher (2002), post-crisis bias: warnings in default are no hits; sessions of repeated warnings
-- edges: One row per kind of warning_by_kind, warning and subject. By loan, a warning on a whole customer is one on each of its loans that is live on that day. exclusion is IN_DEFAULT for a
--   warning from the day of default to the last day of probation, AFTER_END for one after the end of the subject; it belongs to no alert then. The others form alerts, each kind for itself: a warning
--   at most refractory_days after the one before it belongs to the same alert, unless a default lies between. next_default is the first default after it.

WITH directed AS (
    SELECT split, code, warning_id, loan_id, customer_id, coalesce(customer_id, loan_id) AS subject_id, issued_on
    FROM warning_by_kind
    WHERE $level <> 'loan'
    UNION ALL
    SELECT split, code, warning_id, loan_id, customer_id, loan_id AS subject_id, issued_on
    FROM warning_by_kind
    WHERE $level = 'loan'
      AND loan_id IS NOT NULL
    UNION ALL
    SELECT
        warning_by_kind.split,
        warning_by_kind.code,
        warning_by_kind.warning_id,
        loan.loan_id,
        warning_by_kind.customer_id,
        loan.loan_id AS subject_id,
        warning_by_kind.issued_on
    FROM warning_by_kind
    JOIN loan ON loan.customer_id = warning_by_kind.customer_id
    WHERE $level = 'loan'
      AND warning_by_kind.loan_id IS NULL
      AND (loan.origination_date IS NULL OR loan.origination_date <= warning_by_kind.issued_on)
      AND (loan.ended_on IS NULL OR loan.ended_on >= warning_by_kind.issued_on)
),

beside_default AS (
    SELECT
        directed.split,
        directed.code,
        directed.warning_id,
        directed.subject_id,
        directed.loan_id,
        directed.customer_id,
        directed.issued_on,
        sum(CASE WHEN subject_default.default_date <= directed.issued_on THEN 1 ELSE 0 END) AS spell,
        max(CASE WHEN subject_default.default_date <= directed.issued_on THEN subject_default.episode_end END) AS last_end,
        min(CASE WHEN subject_default.default_date > directed.issued_on THEN subject_default.default_date END) AS next_default
    FROM directed
    LEFT JOIN subject_default ON subject_default.subject_id = directed.subject_id
    GROUP BY directed.split, directed.code, directed.warning_id, directed.subject_id, directed.loan_id, directed.customer_id, directed.issued_on
),

excluded AS (
    SELECT
        beside_default.split,
        beside_default.code,
        beside_default.warning_id,
        beside_default.subject_id,
        beside_default.loan_id,
        beside_default.customer_id,
        beside_default.issued_on,
        beside_default.spell,
        beside_default.next_default,
        CASE
            WHEN beside_default.last_end > beside_default.issued_on THEN 'IN_DEFAULT'
            WHEN warned_subject.ended_on < beside_default.issued_on THEN 'AFTER_END'
        END AS exclusion
    FROM beside_default
    LEFT JOIN warned_subject ON warned_subject.subject_id = beside_default.subject_id
),

stepped AS (
    SELECT
        split,
        code,
        warning_id,
        subject_id,
        loan_id,
        customer_id,
        issued_on,
        next_default,
        CASE
            WHEN lag(split) OVER session_order = split
                AND lag(code) OVER session_order = code
                AND lag(subject_id) OVER session_order = subject_id
                AND lag(spell) OVER session_order = spell
                AND lag(issued_on) OVER session_order >= issued_on - CAST($refractory_days AS INT)
                THEN 0
            ELSE 1
        END AS begins_alert
    FROM excluded
    WHERE exclusion IS NULL
    WINDOW session_order AS (ORDER BY split, code, subject_id, spell, issued_on, warning_id)
)

SELECT
    split,
    code,
    warning_id,
    subject_id,
    loan_id,
    customer_id,
    issued_on,
    next_default,
    sum(begins_alert) OVER (ORDER BY split, code, subject_id, issued_on, warning_id ROWS UNBOUNDED PRECEDING) AS alert_no,
    CAST(NULL AS VARCHAR) AS exclusion
FROM stepped
UNION ALL
SELECT
    split,
    code,
    warning_id,
    subject_id,
    loan_id,
    customer_id,
    issued_on,
    next_default,
    CAST(NULL AS BIGINT) AS alert_no,
    exclusion
FROM excluded
WHERE exclusion IS NOT NULL
