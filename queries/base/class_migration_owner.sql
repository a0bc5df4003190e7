-- name: class_migration_owner
-- title: What became of the classes of the opening, by owner at the opening | 期初各类贷款的去向（按期初管户人）
-- kind: base
-- keep: yes
-- source: a hand-over in the period does not move a migration: the officers at the opening answer
-- edges: Loans of class_migration with the officers on the opening snapshot date, each by share. followed_part is the opening balance less what was
--   reduced, the denominator of every migration rate; closing_part is 0 for a loan that left the book.

SELECT
    owner.officer_id,
    class_migration.loan_id,
    class_migration.customer_id,
    class_migration.from_class,
    class_migration.from_rank,
    class_migration.to_rank,
    CAST(coalesce(class_migration.closing_balance, 0) * owner.share AS DECIMAL(38,12)) AS closing_part,
    CAST((class_migration.opening_balance - class_migration.reduced) * owner.share AS DECIMAL(38,12)) AS followed_part
FROM class_migration
JOIN owner
  ON owner.loan_id = class_migration.loan_id
 AND owner.valid_from <= class_migration.open_date
 AND owner.valid_to > class_migration.open_date
