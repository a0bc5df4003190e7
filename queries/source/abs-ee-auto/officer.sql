-- name: officer
-- title: Primary servicers as officers | 以主服务商为客户经理
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, primaryLoanServicerName
-- edges: One row per servicer, in most files exactly one, the originating bank. Nobody is made up: loans of a file without the name have no officer and so belong to UNASSIGNED. Of several spellings the first in the alphabet is shown.

SELECT
    servicer_code AS officer_id,
    MIN(servicer_name) AS officer_name,
    'PRIMARY_SERVICER' AS peer_group,
    'MANAGER' AS role,
    'SEC_ABSEE' AS source_system
FROM auto_contract
WHERE servicer_code IS NOT NULL
GROUP BY servicer_code
