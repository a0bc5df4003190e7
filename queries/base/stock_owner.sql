-- name: stock_owner
-- title: Loans on the book at the close, inherited defaults left with the transferor | 期末存量贷款（承接不良归移交人）
-- kind: base
-- keep: yes
-- params: inherit_exempt_days INT
-- source: a loan in default at hand-over is not the new holder's doing: inherited NPL, tenure, transferors
-- edges: A holder's part of a loan goes to the transferors, numerator and denominator alike, when a default began before the
--   first day of the holder's run (strictly, so that a default on the day of the hand-over stays with the new holder), that episode had
--   not ended on or before that day, the holder's tenure on the last day of the period is below inherit_exempt_days (strictly), and
--   the holder is not the loan's first. The class of the loan at the close plays no part. Each holder of a shared loan is looked at alone. Several
--   transferors share in proportion to the fall of their shares, to 12 digits and so that the parts add up to the holder's part exactly.

WITH stock_with_origin AS (
    -- Episodes of one loan never overlap, so that at most one of them contains the first day of the run.
    SELECT
        stock.loan_id,
        stock.customer_id,
        stock.officer_id,
        stock.balance_part,
        stock.days_past_due,
        stock.is_npl,
        stock.run_start,
        default_episode.loan_id IS NOT NULL AS is_inherited
    FROM stock
    LEFT JOIN default_episode
      ON default_episode.loan_id = stock.loan_id
     AND default_episode.default_date < stock.run_start
     AND (default_episode.probation_end_date IS NULL OR default_episode.probation_end_date > stock.run_start)
     AND stock.tenure_days < $inherit_exempt_days
     AND NOT stock.is_first_holder
)

SELECT
    stock_with_origin.loan_id,
    stock_with_origin.customer_id,
    coalesce(transferor.transferor_id, stock_with_origin.officer_id) AS officer_id,
    CASE
        WHEN transferor.transferor_id IS NULL THEN stock_with_origin.balance_part
        -- The difference of two rounded running totals: whatever the fractions, the parts add up.
        ELSE CAST(
            CAST(stock_with_origin.balance_part AS DECIMAL(28,8)) * (transferor.fall_before + transferor.fall) / transferor.total_fall
            AS DECIMAL(38,12))
           - CAST(
            CAST(stock_with_origin.balance_part AS DECIMAL(28,8)) * transferor.fall_before / transferor.total_fall
            AS DECIMAL(38,12))
    END AS balance_part,
    stock_with_origin.days_past_due,
    stock_with_origin.is_npl,
    CASE
        WHEN transferor.transferor_id IS NULL THEN 'OWNER_AT_PERIOD_END'
        ELSE 'INHERITED_NPL_TO_TRANSFEROR'
    END AS rule_code
FROM stock_with_origin
LEFT JOIN transferor
  ON transferor.loan_id = stock_with_origin.loan_id
 AND transferor.officer_id = stock_with_origin.officer_id
 AND transferor.run_start = stock_with_origin.run_start
 AND stock_with_origin.is_inherited
