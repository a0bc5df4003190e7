-- Alerts and episodes by those who owned the loan on the day, in one pass over the assignments.
WITH judged AS (
    SELECT 'alert' AS subject, loan_id, first_at AS judged_on, outcome AS judgement, CAST(NULL AS DOUBLE) AS lead_days
    FROM outcome
    WHERE sig = 'ALL'
    UNION ALL
    SELECT 'episode' AS subject, placed.loan_id, placed.default_date, coalesce(placed.excluded, seen.detection, 'MISSED'), seen.lead_days
    FROM placed
    LEFT JOIN seen
      ON seen.episode_no = placed.episode_no
     AND seen.sig = 'ALL'
),

owned AS (
    SELECT
        officer_assignment.officer_id,
        CAST(officer_assignment.share AS DOUBLE) AS share,
        judged.subject,
        judged.judgement,
        judged.lead_days
    FROM judged
    JOIN officer_assignment
      ON officer_assignment.loan_id = judged.loan_id
     AND officer_assignment.valid_from <= judged.judged_on
     AND coalesce(officer_assignment.valid_to, DATE '9999-12-31') > judged.judged_on
    WHERE officer_assignment.role = 'MANAGER'
)

SELECT
    subject,
    officer_id,
    sum(share) AS n,
    sum(CASE WHEN judgement IN ('TP', 'DETECTED') THEN share ELSE 0 END) AS timely,
    sum(CASE WHEN judgement = 'LATE' THEN share ELSE 0 END) AS late,
    sum(CASE WHEN judgement IN ('FP', 'MISSED') THEN share ELSE 0 END) AS wrong,
    sum(CASE WHEN judgement = 'DETECTED' THEN share * lead_days ELSE 0 END) AS lead_w
FROM owned
GROUP BY subject, officer_id
