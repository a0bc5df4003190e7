-- name: closing_owner
-- title: Officers answerable for arrears at the period end | 期末逾期归属（含交接宽限）
-- kind: base
-- keep: yes
-- params: period_end DATE, handover_grace_days INT
-- source: what is uncollected belongs to the owner at the period end; within a grace after a hand-over to the transferors
-- edges: Officers on the last day of the period. One whose tenure that day is below handover_grace_days (strictly), and who is not the loan's first holder, leaves their share to the
--   transferors in proportion to the fall of theirs. An amount is split as amount x share x (fall_before + fall) / total_fall less the same with fall_before.

SELECT
    owner.loan_id,
    coalesce(transferor.transferor_id, owner.officer_id) AS officer_id,
    owner.share,
    coalesce(transferor.fall, 1) AS fall,
    coalesce(transferor.fall_before, 0) AS fall_before,
    coalesce(transferor.total_fall, 1) AS total_fall,
    CASE WHEN transferor.transferor_id IS NULL THEN 'UNCOLLECTED_OWNER_AT_END' ELSE 'HANDOVER_GRACE' END AS rule_code
FROM owner
LEFT JOIN transferor
  ON transferor.loan_id = owner.loan_id
 AND transferor.officer_id = owner.officer_id
 AND transferor.run_start = owner.run_start
 AND owner.run_start > $period_end - CAST($handover_grace_days AS INT)
WHERE owner.valid_from <= $period_end
  AND owner.valid_to > $period_end
