-- name: risk_resolution_effect
-- title: Effect of resolving risk | 风险处置效果
-- kind: indicator
-- dimension: RISK
-- better: higher
-- unit: ratio
-- owner: the officer in charge of the case, else the officers on the day of its outcome by share
-- needs: disposal_case.outcome
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 风险处置效果; ECB workout KPIs
-- edges: Cases closed in the period, and cases open at its end whose due date lies in it. Each weighs with its exposure at the start: CASH_REPAID and CURED 1, but cash that
--   is told as proceeds only its share of the exposure; COLLATERAL_ADDED and GUARANTEE_ADDED 0.5; RESTRUCTURED 0.3; TRANSFERRED its
--   proceeds, FORECLOSED_ASSET 0.7 of its appraised value, both up to the exposure; WRITTEN_OFF and a case still open 0. Another outcome counts 0. An
--   outcome that is told for a case closed after the period is not known yet.

WITH judged AS (
    SELECT
        case_id,
        loan_id,
        officer_id,
        exposure_start,
        coalesce(closed_on <= $period_end, FALSE) AS is_closed,
        CASE WHEN closed_on <= $period_end THEN closed_on ELSE due_on END AS outcome_on,
        outcome,
        proceeds
    FROM disposal_case
),

weighed AS (
    SELECT
        case_id,
        loan_id,
        officer_id,
        outcome_on,
        CAST(exposure_start AS DECIMAL(38,12)) AS exposure,
        CASE
            WHEN NOT is_closed THEN CAST(0 AS DECIMAL(38,12))
            WHEN outcome = 'CASH_REPAID' THEN CAST(least(coalesce(proceeds, exposure_start), exposure_start) AS DECIMAL(38,12))
            WHEN outcome = 'CURED' THEN CAST(exposure_start AS DECIMAL(38,12))
            WHEN outcome IN ('COLLATERAL_ADDED', 'GUARANTEE_ADDED') THEN CAST(exposure_start * 0.5 AS DECIMAL(38,12))
            WHEN outcome = 'RESTRUCTURED' THEN CAST(exposure_start * 0.3 AS DECIMAL(38,12))
            WHEN outcome = 'TRANSFERRED' THEN CAST(least(coalesce(proceeds, 0), exposure_start) AS DECIMAL(38,12))
            WHEN outcome = 'FORECLOSED_ASSET' THEN CAST(least(coalesce(proceeds, 0) * 0.7, exposure_start) AS DECIMAL(38,12))
            ELSE CAST(0 AS DECIMAL(38,12))
        END AS effect,
        CASE WHEN is_closed THEN coalesce(outcome, 'UNKNOWN') ELSE 'STILL_OPEN' END AS rule_code
    FROM judged
    WHERE outcome_on BETWEEN $period_start AND $period_end
)

SELECT
    coalesce(weighed.officer_id, owner.officer_id) AS officer_id,
    weighed.loan_id,
    loan.customer_id,
    weighed.case_id AS key,
    CASE WHEN weighed.officer_id IS NOT NULL THEN weighed.effect ELSE CAST(weighed.effect * owner.share AS DECIMAL(38,12)) END AS numerator,
    CASE WHEN weighed.officer_id IS NOT NULL THEN weighed.exposure ELSE CAST(weighed.exposure * owner.share AS DECIMAL(38,12)) END AS denominator,
    weighed.rule_code
FROM weighed
LEFT JOIN loan ON loan.loan_id = weighed.loan_id
LEFT JOIN owner
  ON owner.loan_id = weighed.loan_id
 AND weighed.officer_id IS NULL
 AND owner.valid_from <= weighed.outcome_on
 AND owner.valid_to > weighed.outcome_on
