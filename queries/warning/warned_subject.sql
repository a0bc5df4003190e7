-- name: warned_subject
-- title: Whom warnings are about: obligors or loans | 预警对象（客户或单笔贷款）
-- kind: base
-- keep: yes
-- params: level TEXT
-- source: default and warnings are judged by obligor (CRR Art. 178), by loan where the bank warns by loan
-- edges: level is obligor or loan. A subject is a customer, or a loan; a loan without a customer is its own subject. An obligor begins with the first
--   origination of its loans and ends when all of them have ended, on the last of those days; the end is then of the kind of that loan, SOLD before
--   WRITTEN_OFF before PAID_OFF where several ended on that day. loan_id is empty for an obligor,
--   customer_id for a loan without a customer.

WITH named AS (
    SELECT
        CASE WHEN $level = 'loan' THEN loan_id ELSE coalesce(customer_id, loan_id) END AS subject_id,
        CASE WHEN $level = 'loan' OR customer_id IS NULL THEN loan_id END AS loan_id,
        customer_id,
        origination_date,
        ended_on,
        end_type
    FROM loan
)

SELECT
    subject_id,
    max(loan_id) AS loan_id,
    max(customer_id) AS customer_id,
    min(origination_date) AS originated_on,
    CASE WHEN count(*) = count(ended_on) THEN max(ended_on) END AS ended_on,
    CASE WHEN count(*) = count(ended_on) THEN first_value(end_type ORDER BY ended_on DESC, CASE end_type WHEN 'SOLD' THEN 1 WHEN 'WRITTEN_OFF' THEN 2 ELSE 3 END) END AS end_type
FROM named
GROUP BY subject_id
