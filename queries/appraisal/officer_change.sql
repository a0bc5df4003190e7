-- name: officer_change
-- title: Change against the period before | 与上期相比的变动
-- kind: appraisal
-- needs: scheme
-- grain: officer_id, indicator_id
-- source: exact two-way split: mean weight x change of the score, and mean score x change of the weight
-- edges: Officers and indicators scored in both periods; previous_start is the first day of the latest published period before, inside the window that the scheme looks back at. No rows where there is none. score_effect and weight_effect add up to
--   points_change; summed over the indicators they are the change of the total before gates. An indicator that is known in one of the two periods only has weight 0 in the other, so that all of its change is one of weight. One that only
--   one of the two schemes scores is treated likewise.

WITH latest AS (
    SELECT max(period_start) AS period_start FROM earlier.officer_score
),

previous AS (
    SELECT past.officer_id, past.indicator_id, past.period_start, past.effective_weight, past.score, past.points
    FROM earlier.officer_score AS past
    JOIN latest ON latest.period_start = past.period_start
),

both_periods AS (
    SELECT
        coalesce(officer_score.officer_id, previous.officer_id) AS officer_id,
        coalesce(officer_score.indicator_id, previous.indicator_id) AS indicator_id,
        previous.score AS previous_score,
        officer_score.score,
        coalesce(previous.effective_weight, 0) AS previous_weight,
        coalesce(officer_score.effective_weight, 0) AS weight,
        coalesce(previous.points, 0) AS previous_points,
        coalesce(officer_score.points, 0) AS points
    FROM officer_score
    FULL JOIN previous
      ON previous.officer_id = officer_score.officer_id
     AND previous.indicator_id = officer_score.indicator_id
),

judged_twice AS (
    SELECT DISTINCT previous.officer_id, latest.period_start
    FROM previous
    JOIN (SELECT DISTINCT officer_id FROM officer_score) AS now_judged ON now_judged.officer_id = previous.officer_id
    CROSS JOIN latest
)

SELECT
    both_periods.officer_id,
    both_periods.indicator_id,
    judged_twice.period_start AS previous_start,
    both_periods.previous_score,
    both_periods.score,
    both_periods.previous_weight,
    both_periods.weight,
    both_periods.points - both_periods.previous_points AS points_change,
    (both_periods.previous_weight + both_periods.weight) / 2
        * coalesce(both_periods.score - both_periods.previous_score, 0) AS score_effect,
    -- Where one of the two scores is not known the other stands for both, and its weight is 0.
    (coalesce(both_periods.previous_score, both_periods.score, 0) + coalesce(both_periods.score, both_periods.previous_score, 0)) / 2
        * (both_periods.weight - both_periods.previous_weight) AS weight_effect
FROM both_periods
JOIN judged_twice ON judged_twice.officer_id = both_periods.officer_id
