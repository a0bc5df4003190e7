-- name: foreign_loan
-- title: Loans in another currency than the project | 外币贷款
-- kind: base
-- params: project_currency TEXT
-- source: loan.currency
-- edges: A loan without a currency is in that of the project.

SELECT loan_id, currency
FROM delivered.loan
WHERE currency <> $project_currency
