-- Episodes with the days in which a warning would have been in time, and why some are beyond judgement.
SELECT
    episode.episode_no,
    episode.loan_id,
    episode.default_date,
    CAST(episode.ead AS DOUBLE) AS ead,
    greatest(episode.default_date - CAST(365 AS INT), coalesce(earlier.end_date, DATE '1900-01-01')) AS window_start,
    episode.default_date - CAST(30 AS INT) AS window_end,
    CASE
        WHEN episode.default_date - CAST(365 AS INT) < DATE '{W_START}' THEN 'LEFT_TRUNCATED'
        WHEN loan.origination_date > episode.default_date - CAST(30 AS INT) THEN 'TOO_NEW'
    END AS excluded
FROM episode
JOIN loan ON loan.loan_id = episode.loan_id
LEFT JOIN episode AS earlier
  ON earlier.loan_id = episode.loan_id
 AND earlier.episode_no = episode.episode_no - 1
