-- name: default_derived
-- title: Default episodes derived from days past due, events and risk classes | 由逾期天数、事件和五级分类推导的违约事件
-- kind: base
-- params: default_dpd INT, probation_days INT, cutoff DATE
-- source: Basel CRE36, CRR Art. 178, EBA/GL/2016/07; 商业银行金融资产风险分类办法 (2023) Art. 6
-- edges: Three conditions make a default. More than default_dpd days past due (strictly), from the day on which the count passed
--   default_dpd, computed back from the first snapshot that shows it. An event UTP_DEFAULT, on its day only. A class SUBSTANDARD, DOUBTFUL or
--   LOSS, from the snapshot date. The earliest day counts; on one day DPD goes before UTP before TIER. The computed day never lies
--   on or before the last ACTIVE snapshot that was still within terms, because that snapshot contradicts it, and never before origination.
--   Conditions after the end of the loan do not count, those on its last day do. Rows with status NOT_ORIGINATED are passed over.
--   Without probation_days an episode never ends and cure_date stays empty. With it, the episode ends after that many days in a row
--   without a condition, counted from the first ACTIVE snapshot without one (that day is cure_date); a condition on the end date
--   itself begins a new episode. The end stays empty while it lies after the cutoff or after the end of the loan. A snapshot that has
--   neither days past due nor a class says nothing and neither starts nor stops the count. relapses counts returns of a condition inside
--   the episode.

WITH troubled_loan AS (
    SELECT loan_id
    FROM loan_snapshot
    WHERE days_past_due > $default_dpd
       OR five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS')
    UNION
    SELECT loan_id
    FROM loan_event
    WHERE event_type = 'UTP_DEFAULT'
),

judged_snapshot AS (
    -- Snapshots that tell whether the loan is within terms. is_overdue and its opposite leave no third case here.
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.snapshot_date,
        loan_snapshot.days_past_due,
        coalesce(loan_snapshot.days_past_due > $default_dpd, FALSE) AS is_overdue,
        coalesce(loan_snapshot.five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS'), FALSE) AS is_non_performing
    FROM troubled_loan
    JOIN loan_snapshot ON loan_snapshot.loan_id = troubled_loan.loan_id
    WHERE coalesce(loan_snapshot.status, '') <> 'NOT_ORIGINATED'
      AND (loan_snapshot.days_past_due > $default_dpd
           OR (loan_snapshot.status = 'ACTIVE'
               AND (loan_snapshot.days_past_due <= $default_dpd
                    OR (loan_snapshot.days_past_due IS NULL
                        AND loan_snapshot.five_tier_class IN ('NORMAL', 'SPECIAL_MENTION')))))
),

compared_snapshot AS (
    -- Each beside the one before it. One window over all loans in order; a window per loan costs ten times as much.
    SELECT
        loan_id,
        snapshot_date,
        days_past_due,
        is_overdue,
        is_non_performing,
        coalesce(lag(loan_id) OVER (ORDER BY loan_id, snapshot_date) = loan_id, FALSE) AS has_previous,
        lag(is_overdue) OVER (ORDER BY loan_id, snapshot_date) AS was_overdue,
        lag(snapshot_date) OVER (ORDER BY loan_id, snapshot_date) AS previous_date
    FROM judged_snapshot
),

sign AS (
    -- One sign per snapshot and per event, a day with a condition or a day seen to be clean.
    SELECT
        loan_id,
        CASE
            WHEN NOT is_overdue OR (has_previous AND was_overdue) THEN snapshot_date
            -- The first snapshot over the limit tells on which day the limit was passed.
            WHEN has_previous
                THEN greatest(
                    snapshot_date - CAST(days_past_due - ($default_dpd + 1) AS INT),
                    previous_date + CAST(1 AS INT)
                )
            ELSE snapshot_date - CAST(days_past_due - ($default_dpd + 1) AS INT)
        END AS sign_date,
        CASE WHEN is_overdue OR is_non_performing THEN 1 ELSE 0 END AS is_condition,
        CASE WHEN is_overdue THEN 1 WHEN is_non_performing THEN 3 ELSE 0 END AS trigger_rank
    FROM compared_snapshot
    UNION ALL
    -- Snapshots with a bad class that say nothing about days past due, or are not ACTIVE.
    SELECT
        loan_id,
        snapshot_date AS sign_date,
        1 AS is_condition,
        3 AS trigger_rank
    FROM loan_snapshot
    WHERE five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS')
      AND coalesce(status, '') <> 'NOT_ORIGINATED'
      AND (days_past_due IS NULL OR (days_past_due <= $default_dpd AND coalesce(status, '') <> 'ACTIVE'))
    UNION ALL
    SELECT
        loan_id,
        event_date AS sign_date,
        1 AS is_condition,
        2 AS trigger_rank
    FROM loan_event
    WHERE event_type = 'UTP_DEFAULT'
),

bounded_sign AS (
    -- Signs inside the life of the loan. A condition before origination is moved to it.
    SELECT
        sign.loan_id,
        CASE WHEN sign.is_condition = 1 THEN greatest(sign.sign_date, loan.origination_date) ELSE sign.sign_date END AS sign_date,
        sign.is_condition,
        sign.trigger_rank,
        loan.ended_on
    FROM loan
    JOIN sign ON sign.loan_id = loan.loan_id
    WHERE loan.ended_on IS NULL
       OR sign.sign_date <= loan.ended_on
),

numbered_sign AS (
    -- Conditions are numbered over all loans. A clean day counts before a condition of the same day, so that the condition ends
    -- the clean spell.
    SELECT
        loan_id,
        sign_date,
        is_condition,
        trigger_rank,
        ended_on,
        sum(is_condition) OVER (ORDER BY loan_id, sign_date, is_condition, trigger_rank ROWS UNBOUNDED PRECEDING) AS condition_no
    FROM bounded_sign
),

condition_spell AS (
    -- Each condition with the first clean day that follows it before the next condition of the loan.
    SELECT
        loan_id,
        condition_no,
        min(ended_on) AS ended_on,
        min(CASE WHEN is_condition = 1 THEN sign_date END) AS condition_date,
        min(CASE WHEN is_condition = 1 THEN trigger_rank END) AS trigger_rank,
        min(CASE WHEN is_condition = 0 THEN sign_date END) AS clean_from
    FROM numbered_sign
    GROUP BY loan_id, condition_no
    HAVING max(is_condition) = 1
),

linked_condition AS (
    SELECT
        loan_id,
        condition_no,
        ended_on,
        condition_date,
        trigger_rank,
        clean_from,
        coalesce(lag(loan_id) OVER (ORDER BY condition_no) = loan_id, FALSE) AS has_previous,
        lag(clean_from) OVER (ORDER BY condition_no) AS clean_before
    FROM condition_spell
),

opening_condition AS (
    SELECT
        loan_id,
        condition_no,
        ended_on,
        condition_date,
        trigger_rank,
        clean_from,
        clean_before,
        CASE
            WHEN NOT has_previous THEN 1
            WHEN clean_before + CAST($probation_days AS INT) <= condition_date THEN 1
            ELSE 0
        END AS opens_episode
    FROM linked_condition
),

episode_condition AS (
    SELECT
        loan_id,
        condition_no,
        ended_on,
        condition_date,
        trigger_rank,
        clean_from,
        CASE WHEN opens_episode = 0 AND clean_before IS NOT NULL THEN 1 ELSE 0 END AS is_relapse,
        sum(opens_episode) OVER (ORDER BY condition_no ROWS UNBOUNDED PRECEDING) AS episode_no
    FROM opening_condition
),

episode AS (
    SELECT
        loan_id,
        episode_no,
        min(ended_on) AS ended_on,
        min(condition_date) AS default_date,
        first_value(trigger_rank ORDER BY condition_no) AS trigger_rank,
        CASE
            WHEN CAST($probation_days AS INT) IS NOT NULL THEN first_value(clean_from ORDER BY condition_no DESC)
        END AS cure_date,
        sum(is_relapse) AS relapses
    FROM episode_condition
    GROUP BY loan_id, episode_no
)

SELECT
    loan_id,
    default_date,
    CASE trigger_rank WHEN 1 THEN 'DPD' WHEN 2 THEN 'UTP' ELSE 'TIER' END AS trigger,
    cure_date,
    CASE
        WHEN cure_date + CAST($probation_days AS INT) <= least($cutoff, ended_on)
            THEN cure_date + CAST($probation_days AS INT)
    END AS probation_end_date,
    CAST(relapses AS BIGINT) AS relapses
FROM episode
