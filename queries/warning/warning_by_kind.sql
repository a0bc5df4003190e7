-- name: warning_by_kind
-- title: Warnings under every kind that they are judged by | 按类别归集的预警
-- kind: base
-- keep: yes
-- source: signals of different types overlap, so each type is judged as if it were the only one
-- edges: split is all (code ALL: every warning of the bank), signal_type and source (the warnings of one type or source alone; one without type or source has no row
--   there), or signal (the rows of signal_issue, one code per signal query; only a backtest has such rows). A warning stands under several kinds, so kinds do not
--   add up. is_mitigated tells of a confirmed intervention: a mitigation code that ends in _CONFIRMED, or an action COLLATERAL_ADDED, EXPOSURE_REDUCED or RESTRUCTURED with
--   evidence and a checker.

WITH confirmed_action AS (
    SELECT DISTINCT warning_id
    FROM warning_action
    WHERE action_type IN ('COLLATERAL_ADDED', 'EXPOSURE_REDUCED', 'RESTRUCTURED')
      AND evidence_ref IS NOT NULL
      AND confirmed_by IS NOT NULL
),

described AS (
    SELECT
        warning.warning_id,
        warning.customer_id,
        warning.loan_id,
        warning.issued_on,
        warning.signal_type,
        warning.source,
        CASE warning.severity WHEN 'RED' THEN 3 WHEN 'ORANGE' THEN 2 WHEN 'YELLOW' THEN 1 END AS severity_rank,
        warning.score,
        warning.is_known_late,
        confirmed_action.warning_id IS NOT NULL OR coalesce(right(warning.mitigation, 10) = '_CONFIRMED', FALSE) AS is_mitigated
    FROM warning
    LEFT JOIN confirmed_action ON confirmed_action.warning_id = warning.warning_id
)

SELECT 'all' AS split, 'ALL' AS code, warning_id, customer_id, loan_id, issued_on, signal_type, source, severity_rank, score, is_known_late, is_mitigated
FROM described
UNION ALL
SELECT 'signal_type' AS split, signal_type AS code, warning_id, customer_id, loan_id, issued_on, signal_type, source, severity_rank, score, is_known_late, is_mitigated
FROM described
WHERE signal_type IS NOT NULL
UNION ALL
SELECT 'source' AS split, source AS code, warning_id, customer_id, loan_id, issued_on, signal_type, source, severity_rank, score, is_known_late, is_mitigated
FROM described
WHERE source IS NOT NULL
UNION ALL
SELECT
    'signal' AS split,
    signal_id AS code,
    issue_id AS warning_id,
    customer_id,
    loan_id,
    issued_on,
    signal_id AS signal_type,
    'RULE' AS source,
    CASE severity WHEN 'RED' THEN 3 WHEN 'ORANGE' THEN 2 WHEN 'YELLOW' THEN 1 END AS severity_rank,
    score,
    FALSE AS is_known_late,
    FALSE AS is_mitigated
FROM signal_issue
