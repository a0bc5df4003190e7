-- name: transferor
-- title: Officers from whom a holder took a loan over | 贷款移交人
-- kind: base
-- keep: yes
-- source: the officers whose share fell on the first day of the run, in proportion to the fall
-- edges: One step back only. The loan's first holders have no transferor and no row here. UNASSIGNED is a transferor like an officer when
--   its share fell, which can only be after some officer held the loan; its own runs have transferors too, so that leaving a loan
--   without an officer passes its history on no sooner than a hand-over does. Officers whose share fell are the same for all runs
--   that begin on that day. An amount is split exactly, without a rounding left over, as
--   round(amount x (fall_before + fall) / total_fall) - round(amount x fall_before / total_fall).

WITH step AS (
    -- Where a span ends the share falls to that of the officer's next span, or to nothing. The time before the first officer is no one's loss.
    SELECT
        loan_id,
        officer_id,
        is_first_holder,
        valid_to AS fall_date,
        share - CASE
            WHEN lead(loan_id) OVER (ORDER BY loan_id, officer_id, valid_from) = loan_id
                AND lead(officer_id) OVER (ORDER BY loan_id, officer_id, valid_from) = officer_id
                AND lead(valid_from) OVER (ORDER BY loan_id, officer_id, valid_from) = valid_to
                THEN lead(share) OVER (ORDER BY loan_id, officer_id, valid_from)
            ELSE 0
        END AS fall
    FROM owner
),

transfer AS (
    SELECT
        loan_id,
        fall_date,
        officer_id AS transferor_id,
        fall,
        sum(fall) OVER (PARTITION BY loan_id, fall_date ORDER BY officer_id ROWS UNBOUNDED PRECEDING) - fall AS fall_before,
        sum(fall) OVER (PARTITION BY loan_id, fall_date) AS total_fall
    FROM step
    WHERE fall > 0
      AND fall_date < DATE '9999-12-31'
)

SELECT
    owner.loan_id,
    owner.officer_id,
    owner.run_start,
    transfer.transferor_id,
    CAST(transfer.fall AS DECIMAL(9,6)) AS fall,
    CAST(transfer.fall_before AS DECIMAL(9,6)) AS fall_before,
    CAST(transfer.total_fall AS DECIMAL(9,6)) AS total_fall
FROM owner
JOIN transfer
  ON transfer.loan_id = owner.loan_id
 AND transfer.fall_date = owner.run_start
WHERE owner.valid_from = owner.run_start
  AND NOT owner.is_first_holder
