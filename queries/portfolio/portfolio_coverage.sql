-- name: portfolio_coverage
-- title: Coverage by provisions and expected loss | 拨备覆盖与预期损失
-- kind: portfolio
-- grain: metric_id
-- needs: loan_snapshot.status
-- params: credit_conversion_factor DECIMAL(12,8)
-- source: 银监发[2018]7号 (provision coverage, loan provision ratio); IFRS 9 5.5; Basel CRE20.94 (credit conversion factor)
-- edges: ACTIVE loans of the closing snapshot, the whole book. All five rows are always there. provision_coverage is the allowance of all loans
--   over the balance of SUBSTANDARD, DOUBTFUL and LOSS loans; loan_provision_ratio the same allowance over the balance of all loans. stage_3_coverage
--   is the allowance of stage-3 loans over their gross carrying amount: principal, accrued interest and other balances. expected_loss is the sum of
--   pd x lgd x exposure over 12 months, denominator 1, and expected_loss_rate the same over the exposure, both over performing loans (NORMAL and
--   SPECIAL_MENTION) with pd and lgd. exposure is the ead of the snapshot, else principal plus credit_conversion_factor times what is undrawn. Losses
--   over the lifetime, which stages 2 and 3 of IFRS 9 ask for, cannot be had from one pd a loan and are not here. n_loans counts the loans of the
--   denominator (of the sum for expected_loss). A loan without an allowance counts as 0. unknown_balance is the principal of the loans that lack a
--   column the metric needs: an allowance, a class, a stage, or for performing loans pd or lgd. Without a closing snapshot, or where no loan on the
--   book has such a column, the metric is NULL with MISSING_INPUT. A zero denominator gives NULL with NO_EXPOSURE.

WITH closing AS (
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.principal_balance,
        loan_snapshot.principal_balance + coalesce(loan_snapshot.accrued_interest_balance, 0) + coalesce(loan_snapshot.other_balances, 0) AS gross_amount,
        loan_snapshot.allowance_amount,
        loan_snapshot.five_tier_class,
        loan_snapshot.ifrs_stage,
        loan_snapshot.pd,
        loan_snapshot.lgd,
        CAST(coalesce(
            loan_snapshot.ead,
            loan_snapshot.principal_balance + CAST($credit_conversion_factor AS DECIMAL(12,8)) * coalesce(loan_snapshot.undrawn_amount, 0)
        ) AS DECIMAL(24,8)) AS exposure,
        coalesce(loan_snapshot.five_tier_class IN ('NORMAL', 'SPECIAL_MENTION'), FALSE) AS is_performing,
        coalesce(loan_snapshot.five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS'), FALSE) AS is_npl
    FROM loan
    JOIN loan_snapshot ON loan_snapshot.loan_id = loan.loan_id
    WHERE loan_snapshot.snapshot_date = (SELECT close_date FROM reporting_date)
      AND loan_snapshot.status = 'ACTIVE'
),

book AS (
    SELECT
        count(*) AS n_loans,
        count(allowance_amount) AS n_with_allowance,
        count(five_tier_class) AS n_with_class,
        count(ifrs_stage) AS n_with_stage,
        count(CASE WHEN is_npl THEN 1 END) AS n_npl,
        count(CASE WHEN ifrs_stage = 3 THEN 1 END) AS n_stage_3,
        count(CASE WHEN is_performing THEN 1 END) AS n_performing,
        count(CASE WHEN is_performing AND pd IS NOT NULL AND lgd IS NOT NULL THEN 1 END) AS n_rated,
        coalesce(sum(principal_balance), 0) AS balance,
        coalesce(sum(allowance_amount), 0) AS allowance,
        coalesce(sum(CASE WHEN is_npl THEN principal_balance END), 0) AS npl_balance,
        coalesce(sum(CASE WHEN ifrs_stage = 3 THEN allowance_amount END), 0) AS stage_3_allowance,
        coalesce(sum(CASE WHEN ifrs_stage = 3 THEN gross_amount END), 0) AS stage_3_gross,
        coalesce(sum(CASE WHEN is_performing AND pd IS NOT NULL AND lgd IS NOT NULL THEN exposure END), 0) AS rated_exposure,
        coalesce(sum(CASE WHEN is_performing THEN CAST(CAST(exposure * pd AS DECIMAL(28,12)) * lgd AS DECIMAL(38,12)) END), 0) AS expected_loss,
        coalesce(sum(CASE WHEN allowance_amount IS NULL THEN principal_balance END), 0) AS without_allowance,
        coalesce(sum(CASE WHEN allowance_amount IS NULL OR five_tier_class IS NULL THEN principal_balance END), 0) AS without_allowance_or_class,
        coalesce(sum(CASE WHEN ifrs_stage IS NULL OR (ifrs_stage = 3 AND allowance_amount IS NULL) THEN principal_balance END), 0) AS without_stage,
        coalesce(sum(CASE WHEN five_tier_class IS NULL OR (is_performing AND (pd IS NULL OR lgd IS NULL)) THEN principal_balance END), 0) AS without_rating
    FROM closing
),

figure AS (
    SELECT book.*, reporting_date.close_date IS NOT NULL AS has_close
    FROM book
    CROSS JOIN reporting_date
),

metric AS (
    SELECT
        'provision_coverage' AS metric_id,
        n_npl AS n_loans,
        CAST(allowance AS DECIMAL(38,12)) AS numerator,
        CAST(npl_balance AS DECIMAL(38,12)) AS denominator,
        without_allowance_or_class AS unknown_balance,
        has_close AND ((n_with_allowance > 0 AND n_with_class > 0) OR n_loans = 0) AS is_known
    FROM figure
    UNION ALL
    SELECT 'loan_provision_ratio', n_loans, CAST(allowance AS DECIMAL(38,12)), CAST(balance AS DECIMAL(38,12)), without_allowance,
        has_close AND (n_with_allowance > 0 OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'stage_3_coverage', n_stage_3, CAST(stage_3_allowance AS DECIMAL(38,12)), CAST(stage_3_gross AS DECIMAL(38,12)), without_stage,
        has_close AND ((n_with_allowance > 0 AND n_with_stage > 0) OR n_loans = 0)
    FROM figure
    UNION ALL
    SELECT 'expected_loss', n_rated, CAST(expected_loss AS DECIMAL(38,12)), CAST(1 AS DECIMAL(38,12)), without_rating,
        has_close AND (n_rated > 0 OR n_loans = 0 OR (n_performing = 0 AND n_with_class > 0))
    FROM figure
    UNION ALL
    SELECT 'expected_loss_rate', n_rated, CAST(expected_loss AS DECIMAL(38,12)), CAST(rated_exposure AS DECIMAL(38,12)), without_rating,
        has_close AND (n_rated > 0 OR n_loans = 0 OR (n_performing = 0 AND n_with_class > 0))
    FROM figure
)

SELECT
    metric_id,
    n_loans,
    CASE WHEN is_known THEN numerator END AS numerator,
    CASE WHEN is_known THEN denominator END AS denominator,
    CASE WHEN is_known AND denominator <> 0 THEN CAST(numerator AS DOUBLE) / CAST(denominator AS DOUBLE) END AS value,
    CAST(unknown_balance AS DECIMAL(18,2)) AS unknown_balance,
    CASE
        WHEN NOT is_known THEN 'MISSING_INPUT'
        WHEN denominator = 0 THEN 'NO_EXPOSURE'
    END AS reason_code
FROM metric
