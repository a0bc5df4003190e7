-- name: managed_loan
-- title: Loans that officers managed at the end of a period, and their default afterwards | 期末管户贷款及其后违约
-- kind: base
-- grain: origin_end, loan_id, officer_id
-- params: period_end DATE
-- source: who managed a loan answers for its default in the three years that follow, also after a hand-over
-- edges: One row per period of origin_period, loan and officer who holds a share of it on origin_end (a hand-over on that day has happened, the new officer holds it;
--   UNASSIGNED is an officer). The loan is live at the close of that day: originated on or before it and not ended on or before it; one without an origination date
--   lives from its first snapshot that does not call it NOT_ORIGINATED. A loan in default or probation that day is left out: an episode of default_episode
--   contains its default_date and not its probation_end_date. default_date is the first default after origin_end, if it lies on or before followed_to and the
--   cutoff; later ones do not count, nor does it matter who holds the loan then or whether it had ended. A loan that renews another is a loan of its own.
--   balance_part is the share of the principal on the snapshot of origin_end itself: 0 where its status is not ACTIVE (an empty status passes), empty where the loan has no
--   snapshot that day, or no exchange rate. default_part is the share of the ead, empty without a default and where the ead is not known. Both are cut to cents as
--   round(amount x (share_before + share)) - round(amount x share_before), share_before being that of the officers with a smaller id, so that the parts of a
--   loan add up to its amount exactly. Amounts are in the currency of the project: the balance at the rate of origin_end, the ead as in
--   default_episode.

WITH first_sight AS (
    SELECT loan_snapshot.loan_id, min(loan_snapshot.snapshot_date) AS first_day
    FROM loan
    JOIN loan_snapshot ON loan_snapshot.loan_id = loan.loan_id
    WHERE loan.origination_date IS NULL
      AND coalesce(loan_snapshot.status, '') <> 'NOT_ORIGINATED'
    GROUP BY loan_snapshot.loan_id
),

live_loan AS (
    SELECT
        origin_period.origin_period,
        origin_period.origin_end,
        loan.loan_id
    FROM origin_period
    CROSS JOIN loan
    LEFT JOIN first_sight ON first_sight.loan_id = loan.loan_id
    WHERE coalesce(loan.origination_date, first_sight.first_day) <= origin_period.origin_end
      AND (loan.ended_on IS NULL OR loan.ended_on > origin_period.origin_end)
),

seen_default AS (
    -- How each loan that ever defaulted looks from each period.
    SELECT
        default_episode.loan_id,
        origin_period.origin_end,
        bool_or(
            default_episode.default_date <= origin_period.origin_end
            AND coalesce(default_episode.probation_end_date > origin_period.origin_end, TRUE)
        ) AS is_in_default,
        min(default_episode.default_date) FILTER (WHERE default_episode.default_date > origin_period.origin_end) AS default_date,
        first_value(default_episode.ead ORDER BY default_episode.default_date)
            FILTER (WHERE default_episode.default_date > origin_period.origin_end) AS ead,
        min(least(origin_period.followed_to, $period_end)) AS seen_to
    FROM origin_period
    CROSS JOIN default_episode
    GROUP BY default_episode.loan_id, origin_period.origin_end
),

shared_loan AS (
    -- A holder of the whole loan needs no sum of the shares before.
    SELECT
        owner.loan_id,
        origin_period.origin_end,
        owner.officer_id,
        sum(owner.share) OVER (
            PARTITION BY owner.loan_id, origin_period.origin_end ORDER BY owner.officer_id ROWS UNBOUNDED PRECEDING
        ) - owner.share AS share_before
    FROM origin_period
    JOIN owner
      ON owner.valid_from <= origin_period.origin_end
     AND owner.valid_to > origin_period.origin_end
    WHERE owner.share <> 1
),

day_snapshot AS (
    SELECT
        loan_snapshot.loan_id,
        loan_snapshot.snapshot_date,
        CASE WHEN loan_snapshot.status <> 'ACTIVE' THEN 0 ELSE loan_snapshot.principal_balance END AS balance
    FROM origin_period
    JOIN loan_snapshot ON loan_snapshot.snapshot_date = origin_period.origin_end
),

holding AS (
    SELECT
        live_loan.origin_period,
        live_loan.origin_end,
        live_loan.loan_id,
        owner.officer_id,
        owner.share,
        coalesce(shared_loan.share_before, 0) AS share_before,
        CAST(day_snapshot.balance AS DECIMAL(18,2)) AS balance,
        CASE WHEN seen_default.default_date <= seen_default.seen_to THEN seen_default.default_date END AS default_date,
        CASE WHEN seen_default.default_date <= seen_default.seen_to THEN seen_default.ead END AS ead
    FROM live_loan
    JOIN owner
      ON owner.loan_id = live_loan.loan_id
     AND owner.valid_from <= live_loan.origin_end
     AND owner.valid_to > live_loan.origin_end
    LEFT JOIN shared_loan
      ON shared_loan.loan_id = live_loan.loan_id
     AND shared_loan.origin_end = live_loan.origin_end
     AND shared_loan.officer_id = owner.officer_id
    LEFT JOIN seen_default
      ON seen_default.loan_id = live_loan.loan_id
     AND seen_default.origin_end = live_loan.origin_end
    LEFT JOIN day_snapshot
      ON day_snapshot.loan_id = live_loan.loan_id
     AND day_snapshot.snapshot_date = live_loan.origin_end
    WHERE NOT coalesce(seen_default.is_in_default, FALSE)
)

SELECT
    origin_period,
    origin_end,
    loan_id,
    officer_id,
    share,
    CAST(
        CAST(balance * (share_before + share) AS DECIMAL(38,2)) - CAST(balance * share_before AS DECIMAL(38,2))
    AS DECIMAL(18,2)) AS balance_part,
    default_date,
    CAST(
        CAST(ead * (share_before + share) AS DECIMAL(38,2)) - CAST(ead * share_before AS DECIMAL(38,2))
    AS DECIMAL(18,2)) AS default_part
FROM holding
