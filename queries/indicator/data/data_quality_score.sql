-- name: data_quality_score
-- title: Checks passed by the data of the loans held | 数据质量得分
-- kind: indicator
-- dimension: DATA
-- better: higher
-- unit: ratio
-- owner: officers at the closing snapshot by share
-- needs: loan_snapshot.status
-- params: quality_weight_error INT, quality_weight_warning INT
-- source: BCBS 239: accuracy, completeness
-- edges: Loans ACTIVE on the closing snapshot, and loans alive on its date (originated by then, not ended by then) that have no snapshot of that date or one
--   without a status. The rule is the check. With quality_weight_error: SNAPSHOT_GIVEN, CLASS_GIVEN, DPD_GIVEN, DPD_MATCHES_ARREARS; with
--   quality_weight_warning: PD_LGD_GIVEN, CUSTOMER_GIVEN, OWNER_GIVEN. Without its snapshot a loan fails SNAPSHOT_GIVEN and the checks of the snapshot are not
--   made. Only delivered days past due count, computed ones that stand in for them do not. They match when they and the past-due principal and interest
--   are both zero or both positive; arrears with 0 days are fine if an instalment is due on the date itself or the count is paused on it; where a snapshot
--   tells days or amounts only, the check is not made (whether the days follow from instalments and payments is the audit days_past_due_differs).
--   PD_LGD_GIVEN is for loans that are not SUBSTANDARD, DOUBTFUL or LOSS. What UNASSIGNED holds fails OWNER_GIVEN. Classes better than their floor are an
--   indicator of their own; checks of balances, shares and months are audits of the run.

WITH closing AS (
    SELECT
        loan.loan_id,
        loan.customer_id,
        reporting_date.close_date,
        loan_month.status,
        loan_month.arrears,
        delivered.days_past_due,
        loan_month.five_tier_class,
        loan_month.is_npl,
        loan_month.pd,
        loan_month.lgd
    FROM loan
    CROSS JOIN reporting_date
    LEFT JOIN loan_month
      ON loan_month.loan_id = loan.loan_id
     AND loan_month.snapshot_date = reporting_date.close_date
    LEFT JOIN input.loan_snapshot AS delivered
      ON delivered.loan_id = loan.loan_id
     AND delivered.snapshot_date = reporting_date.close_date
    WHERE loan_month.status = 'ACTIVE'
       OR (loan_month.status IS NULL
           AND (loan.origination_date IS NULL OR loan.origination_date <= reporting_date.close_date)
           AND (loan.ended_on IS NULL OR loan.ended_on > reporting_date.close_date))
),

excused AS (
    -- Loans that may have arrears without a day past due.
    SELECT loan_id
    FROM instalment
    WHERE due_date = (SELECT close_date FROM reporting_date)
    UNION
    SELECT loan_id
    FROM delinquency_pause
    WHERE start_date <= (SELECT close_date FROM reporting_date)
      AND (end_date IS NULL OR end_date > (SELECT close_date FROM reporting_date))
),

tested AS (
    SELECT
        closing.loan_id,
        closing.customer_id,
        closing.close_date,
        closing.status IS NOT NULL AS has_snapshot,
        closing.five_tier_class IS NOT NULL AS has_class,
        closing.days_past_due IS NOT NULL AS has_dpd,
        CASE
            WHEN closing.days_past_due IS NULL OR closing.arrears IS NULL THEN NULL
            WHEN closing.days_past_due > 0 THEN closing.arrears > 0
            ELSE closing.arrears = 0 OR excused.loan_id IS NOT NULL
        END AS is_dpd_matched,
        CASE WHEN NOT coalesce(closing.is_npl, FALSE) THEN closing.pd IS NOT NULL AND closing.lgd IS NOT NULL END AS has_pd_lgd,
        closing.customer_id IS NOT NULL AS has_customer
    FROM closing
    LEFT JOIN excused ON excused.loan_id = closing.loan_id
),

judged AS (
    -- NULL where a check is not made.
    SELECT
        tested.loan_id,
        tested.customer_id,
        tested.close_date,
        quality_check.rule_code,
        CASE quality_check.rule_code
            WHEN 'SNAPSHOT_GIVEN' THEN tested.has_snapshot
            WHEN 'CLASS_GIVEN' THEN CASE WHEN tested.has_snapshot THEN tested.has_class END
            WHEN 'DPD_GIVEN' THEN CASE WHEN tested.has_snapshot THEN tested.has_dpd END
            WHEN 'DPD_MATCHES_ARREARS' THEN CASE WHEN tested.has_snapshot THEN tested.is_dpd_matched END
            WHEN 'PD_LGD_GIVEN' THEN CASE WHEN tested.has_snapshot THEN tested.has_pd_lgd END
            WHEN 'CUSTOMER_GIVEN' THEN tested.has_customer
            ELSE TRUE
        END AS is_passed,
        CAST(CASE WHEN quality_check.is_error THEN $quality_weight_error ELSE $quality_weight_warning END AS INT) AS weight
    FROM (
        VALUES
            ('SNAPSHOT_GIVEN', TRUE),
            ('CLASS_GIVEN', TRUE),
            ('DPD_GIVEN', TRUE),
            ('DPD_MATCHES_ARREARS', TRUE),
            ('PD_LGD_GIVEN', FALSE),
            ('CUSTOMER_GIVEN', FALSE),
            ('OWNER_GIVEN', FALSE)
    ) AS quality_check (rule_code, is_error)
    CROSS JOIN tested
)

SELECT
    owner.officer_id,
    judged.loan_id,
    judged.customer_id,
    judged.loan_id AS key,
    CASE
        WHEN judged.is_passed AND NOT (judged.rule_code = 'OWNER_GIVEN' AND owner.officer_id = 'UNASSIGNED')
            THEN CAST(judged.weight * owner.share AS DECIMAL(38,12))
        ELSE CAST(0 AS DECIMAL(38,12))
    END AS numerator,
    CAST(judged.weight * owner.share AS DECIMAL(38,12)) AS denominator,
    judged.rule_code
FROM judged
JOIN owner
  ON owner.loan_id = judged.loan_id
 AND owner.valid_from <= judged.close_date
 AND owner.valid_to > judged.close_date
WHERE judged.is_passed IS NOT NULL
