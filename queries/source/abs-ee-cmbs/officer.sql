-- name: officer
-- title: Primary servicers as officers | 以主服务商为客户经理
-- kind: source
-- source: SEC Form ABS-EE, exhibit 102, primaryServicerName
-- edges: One row per servicer after normalisation. The name shown is the spelling of the latest report, then the first in the alphabet. All servicers form one peer group; the filings say nothing about their branches or when they began.

WITH spelling AS (
    SELECT
        officer_id,
        servicer_name,
        known_on,
        ROW_NUMBER() OVER (PARTITION BY officer_id ORDER BY report_date DESC, servicer_name, loan_id) AS spelling_rank,
        MIN(known_on) OVER (PARTITION BY officer_id) AS first_known_on
    FROM cmbs_report
    WHERE officer_id IS NOT NULL AND servicer_name IS NOT NULL
)

SELECT
    officer_id,
    servicer_name AS officer_name,
    'PRIMARY_SERVICER' AS peer_group,
    'MANAGER' AS role,
    'SEC_ABSEE' AS source_system,
    first_known_on AS known_at
FROM spelling
WHERE spelling_rank = 1
