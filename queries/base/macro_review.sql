-- name: macro_review
-- title: Loans to be reviewed after an alert, and whether they were | 宏观行业预警涉及贷款及其复查
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, macro_review_days INT
-- source: an alert about an industry or a region calls for a look at every loan exposed to it
-- edges: One row per alert and loan whose review was due in the period. Exposed is a loan live on the day of publication, that is originated by then and not
--   ended before, whose industry and region of the customer equal those of the alert; an alert that leaves one of them empty concerns all, one that leaves both
--   empty every loan. The review is due macro_review_days business days after publication, Monday to Friday, holidays not known; what is published on a weekend
--   counts as published on the Friday before. A loan that ended on the due date or before needs no review. A review is an inspection of the loan completed, or
--   an action with evidence (not NONE) on a warning that names the loan, or its customer and no loan; from the day of publication to the due date, both days
--   included.

WITH alert AS (
    SELECT
        alert_id,
        industry_code,
        region,
        published_on,
        business_day_after(published_on, CAST($macro_review_days AS INT)) AS due_on
    FROM macro_alert
    WHERE business_day_after(published_on, CAST($macro_review_days AS INT)) BETWEEN $period_start AND $period_end
),

open_loan AS (
    SELECT
        loan.loan_id,
        loan.customer_id,
        loan.industry_code,
        customer.region,
        coalesce(loan.origination_date, DATE '0001-01-01') AS live_from,
        coalesce(loan.ended_on, DATE '9999-12-31') AS ended_on
    FROM loan
    LEFT JOIN customer ON customer.customer_id = loan.customer_id
    WHERE loan.ended_on IS NULL
       OR loan.ended_on > $period_start
),

exposure AS (
    SELECT alert.alert_id, alert.published_on, alert.due_on, open_loan.loan_id, open_loan.customer_id
    FROM alert
    JOIN open_loan ON open_loan.industry_code = alert.industry_code
    WHERE (alert.region IS NULL OR open_loan.region = alert.region)
      AND open_loan.live_from <= alert.published_on
      AND open_loan.ended_on > alert.due_on
    UNION ALL
    SELECT alert.alert_id, alert.published_on, alert.due_on, open_loan.loan_id, open_loan.customer_id
    FROM alert
    JOIN open_loan ON open_loan.region = alert.region
    WHERE alert.industry_code IS NULL
      AND open_loan.live_from <= alert.published_on
      AND open_loan.ended_on > alert.due_on
    UNION ALL
    SELECT alert.alert_id, alert.published_on, alert.due_on, open_loan.loan_id, open_loan.customer_id
    FROM alert
    CROSS JOIN open_loan
    WHERE alert.industry_code IS NULL
      AND alert.region IS NULL
      AND open_loan.live_from <= alert.published_on
      AND open_loan.ended_on > alert.due_on
),

handled_warning AS (
    SELECT
        warning.loan_id,
        warning.customer_id,
        CAST(warning_action.action_at AS DATE) AS reviewed_on
    FROM warning_action
    JOIN warning ON warning.warning_id = warning_action.warning_id
    WHERE warning_action.action_type <> 'NONE'
      AND warning_action.evidence_ref IS NOT NULL
),

loan_review AS (
    SELECT loan_id, CAST(completed_at AS DATE) AS reviewed_on
    FROM inspection
    WHERE completed_at IS NOT NULL
    UNION ALL
    SELECT loan_id, reviewed_on
    FROM handled_warning
    WHERE loan_id IS NOT NULL
    UNION ALL
    SELECT loan.loan_id, handled_warning.reviewed_on
    FROM handled_warning
    JOIN loan ON loan.customer_id = handled_warning.customer_id
    WHERE handled_warning.loan_id IS NULL
),

reviewed AS (
    SELECT DISTINCT exposure.alert_id, exposure.loan_id
    FROM loan_review
    JOIN exposure ON exposure.loan_id = loan_review.loan_id
    WHERE loan_review.reviewed_on BETWEEN exposure.published_on AND exposure.due_on
)

SELECT
    exposure.alert_id,
    exposure.loan_id,
    exposure.customer_id,
    exposure.published_on,
    exposure.due_on,
    reviewed.loan_id IS NOT NULL AS is_reviewed
FROM exposure
LEFT JOIN reviewed
  ON reviewed.alert_id = exposure.alert_id
 AND reviewed.loan_id = exposure.loan_id
