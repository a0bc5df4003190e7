-- name: signal_overlap
-- title: What two signals saw and raised together | 信号两两重合
-- kind: signal
-- grain: signal_id, other_id
-- source: marginal value of an indicator beside others; defaults by event_by_kind, false alarms by alert_by_kind
-- edges: One row per ordered pair of different signals of the backtest. Defaults are those that can be judged, the same for all signals: seen by both, by the first alone, by the other
--   alone, by neither; seen means DETECTED. False alarms of the first: those that the other raised too (it warned of the same subject within validity_days), and those that it did not.
--   share_of_defaults_shared is the part of the defaults seen by the first that the other saw too, jaccard the defaults seen by both over those seen by any of the two; NULL without any.

WITH pair AS (
    SELECT signal_candidate.signal_id, other.signal_id AS other_id
    FROM signal_candidate
    JOIN signal_candidate AS other ON other.signal_id <> signal_candidate.signal_id
),

default_pair AS (
    SELECT
        seen.signal_id,
        other.signal_id AS other_id,
        count(*) FILTER (WHERE seen.is_seen AND other.is_seen) AS n_both,
        count(*) FILTER (WHERE seen.is_seen AND NOT other.is_seen) AS n_first,
        count(*) FILTER (WHERE NOT seen.is_seen AND other.is_seen) AS n_other,
        count(*) FILTER (WHERE NOT seen.is_seen AND NOT other.is_seen) AS n_neither
    FROM signal_default AS seen
    JOIN signal_default AS other
      ON other.subject_id = seen.subject_id
     AND other.default_date = seen.default_date
    WHERE other.signal_id <> seen.signal_id
    GROUP BY seen.signal_id, other.signal_id
),

false_alarm AS (
    SELECT signal_id, count(*) AS n_false_alarms
    FROM signal_false_alarm
    WHERE other_id = signal_id
    GROUP BY signal_id
),

false_alarm_pair AS (
    SELECT signal_id, other_id, count(*) AS n_shared
    FROM signal_false_alarm
    WHERE other_id <> signal_id
    GROUP BY signal_id, other_id
)

SELECT
    pair.signal_id,
    pair.other_id,
    coalesce(default_pair.n_both, 0) AS n_defaults_both,
    coalesce(default_pair.n_first, 0) AS n_defaults_first_only,
    coalesce(default_pair.n_other, 0) AS n_defaults_other_only,
    coalesce(default_pair.n_neither, 0) AS n_defaults_neither,
    coalesce(false_alarm_pair.n_shared, 0) AS n_false_alarms_both,
    coalesce(false_alarm.n_false_alarms, 0) - coalesce(false_alarm_pair.n_shared, 0) AS n_false_alarms_first_only,
    CAST(default_pair.n_both AS DOUBLE) / CAST(nullif(default_pair.n_both + default_pair.n_first, 0) AS DOUBLE) AS share_of_defaults_shared,
    CAST(default_pair.n_both AS DOUBLE)
        / CAST(nullif(default_pair.n_both + default_pair.n_first + default_pair.n_other, 0) AS DOUBLE) AS jaccard
FROM pair
LEFT JOIN default_pair ON default_pair.signal_id = pair.signal_id AND default_pair.other_id = pair.other_id
LEFT JOIN false_alarm ON false_alarm.signal_id = pair.signal_id
LEFT JOIN false_alarm_pair ON false_alarm_pair.signal_id = pair.signal_id AND false_alarm_pair.other_id = pair.other_id
