-- name: event_cell
-- title: Defaults under every split | 违约事件与分组
-- kind: base
-- keep: yes
-- source: event_by_kind, default_owner, loan_segment
-- edges: One row per default span and place it counts in, with its weight there. By all, signal_type, source and signal each kind is judged alone (event_by_kind), weight 1. The detections of all
--   warnings together also count by officer (days held in the responsibility window before the default, as in the indicator warning_recall) and by the segments of the loan that defaulted
--   first. There is no recall by severity: a default that no warning saw has none.

WITH whole AS (
    SELECT loan_id, default_date, detection, lead_days, ead
    FROM event_by_kind
    WHERE split = 'all'
),

described AS (
    SELECT
        whole.loan_id,
        whole.default_date,
        whole.detection,
        whole.lead_days,
        whole.ead,
        loan_segment.branch,
        loan_segment.industry,
        loan_segment.product,
        loan_segment.region,
        loan_segment.size_band,
        loan_segment.customer_type
    FROM whole
    JOIN loan_segment ON loan_segment.loan_id = whole.loan_id
)

SELECT split, code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead
FROM event_by_kind
UNION ALL
SELECT
    'officer' AS split,
    default_owner.officer_id AS code,
    whole.loan_id,
    whole.default_date,
    CAST(CAST(default_owner.share_days AS DECIMAL(28,12)) / default_owner.window_days AS DECIMAL(38,12)) AS weight,
    whole.detection,
    whole.lead_days,
    whole.ead
FROM whole
JOIN default_owner ON default_owner.loan_id = whole.loan_id AND default_owner.default_date = whole.default_date
UNION ALL
SELECT 'branch' AS split, branch AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
UNION ALL
SELECT 'industry' AS split, industry AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
UNION ALL
SELECT 'product' AS split, product AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
UNION ALL
SELECT 'region' AS split, region AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
UNION ALL
SELECT 'size_band' AS split, size_band AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
UNION ALL
SELECT 'customer_type' AS split, customer_type AS code, loan_id, default_date, CAST(1 AS DECIMAL(38,12)) AS weight, detection, lead_days, ead FROM described
