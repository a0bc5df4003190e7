-- Every episode under every kind of warning: seen in time, late, not, or beyond judgement.
WITH placed AS (
    SELECT
        episode.loan_id,
        episode.episode_no,
        episode.default_date,
        CAST(episode.ead AS DOUBLE) AS ead,
        greatest(
            episode.default_date - CAST(365 AS INT),
            coalesce(
                lag(episode.end_date) OVER (PARTITION BY episode.loan_id ORDER BY episode.episode_no),
                DATE '1900-01-01'
            )
        ) AS window_start,
        episode.default_date - CAST(30 AS INT) AS window_end,
        CASE
            WHEN episode.default_date - CAST(365 AS INT) < DATE '{W_START}' THEN 'LEFT_TRUNCATED'
            WHEN loan.origination_date > episode.default_date - CAST(30 AS INT) THEN 'TOO_NEW'
        END AS excluded
    FROM episode
    JOIN loan ON loan.loan_id = episode.loan_id
),

kind AS (
    SELECT DISTINCT sig FROM eligible
),

seen AS (
    SELECT
        eligible.sig,
        placed.loan_id,
        placed.episode_no,
        min(CASE WHEN eligible.issued_at >= placed.window_start AND eligible.issued_at <= placed.window_end THEN eligible.issued_at END) AS first_timely,
        bool_or(eligible.issued_at > placed.window_end) AS is_late
    FROM placed
    JOIN eligible
      ON eligible.loan_id = placed.loan_id
     AND eligible.issued_at < placed.default_date
    WHERE placed.excluded IS NULL
    GROUP BY eligible.sig, placed.loan_id, placed.episode_no
)

SELECT
    kind.sig,
    placed.loan_id,
    placed.default_date,
    placed.ead,
    CASE
        WHEN placed.excluded IS NOT NULL THEN placed.excluded
        WHEN seen.first_timely IS NOT NULL THEN 'DETECTED'
        WHEN seen.is_late THEN 'LATE'
        ELSE 'MISSED'
    END AS detection,
    CAST(placed.default_date - seen.first_timely AS DOUBLE) AS lead_days
FROM placed
CROSS JOIN kind
LEFT JOIN seen
  ON seen.sig = kind.sig
 AND seen.loan_id = placed.loan_id
 AND seen.episode_no = placed.episode_no
