-- name: portfolio_swot
-- title: SWOT of the segments, risk and return | 分组 SWOT（风险与收益）
-- kind: portfolio
-- grain: dimension, code
-- needs: loan_snapshot.status, loan_snapshot.five_tier_class, loan_snapshot.pd, loan_snapshot.lgd, payment.interest_paid
-- params: yield_hurdle DOUBLE, npl_cap DOUBLE
-- source: SWOT matrix of risk and return: strengths and weaknesses from yield and risk, opportunities and threats from outlook and trend
-- edges: A statistical recommendation, not a credit decision. Segments of portfolio_segment with a closing balance, all dimensions but vintage.
--   strength: risk_adjusted_yield at least yield_hurdle and risk_rate at most portfolio_risk. weakness: risk_adjusted_yield below yield_hurdle or
--   risk_rate above npl_cap. opportunity: outlook 1 or 2 and headroom above 0. threat: outlook -1 or -2, or the formation of three quarters at least
--   a quarter above that of the three a quarter earlier (any formation counts where there was none). portfolio_risk is the NPL ratio of the whole
--   book, headroom is npl_cap less it. A boolean is NULL where its figures are not known, and does not fire then. quadrant joins a first letter, W
--   for a weakness, else S for a strength, and a second, T for a threat, else O for an opportunity; a dash where neither fires. action: with a
--   strength EXPAND at an opportunity without a threat, else HOLD; with neither strength nor weakness REDUCE under a threat, else HOLD; with a low
--   yield alone REDUCE under a threat, else REPRICE; with too much risk REDUCE, and EXIT if the yield is low too and there is a threat. Without a
--   yield or a risk rate quadrant and action are NULL with MISSING_INPUT, or NO_EXPOSURE where the average balance is 0; UNKNOWN has no action
--   (NOT_APPLICABLE), because nobody can steer it. fired lists what fired. notes are those of swot_note as they were written; they change nothing.

WITH book AS (
    SELECT
        dimension,
        CASE WHEN sum(closing_balance) > 0 THEN CAST(sum(npl_balance) AS DOUBLE) / CAST(sum(closing_balance) AS DOUBLE) END AS portfolio_risk
    FROM portfolio_segment
    GROUP BY dimension
),

figure AS (
    SELECT
        portfolio_segment.dimension,
        portfolio_segment.code,
        portfolio_segment.n_loans,
        portfolio_segment.closing_balance,
        portfolio_segment.risk_adjusted_yield,
        portfolio_segment.npl_ratio,
        portfolio_segment.risk_rate,
        book.portfolio_risk,
        $npl_cap - book.portfolio_risk AS headroom,
        portfolio_segment.outlook,
        portfolio_segment.formation_three_quarters,
        portfolio_segment.formation_quarter_before,
        portfolio_segment.reason_code,
        portfolio_segment.risk_adjusted_yield < $yield_hurdle AS is_low_yield,
        portfolio_segment.risk_rate > $npl_cap AS is_over_cap,
        portfolio_segment.risk_rate <= book.portfolio_risk AS is_low_risk,
        portfolio_segment.outlook <= -1 AS is_bad_outlook,
        portfolio_segment.formation_three_quarters > portfolio_segment.formation_quarter_before
            AND portfolio_segment.formation_three_quarters >= 1.25 * portfolio_segment.formation_quarter_before AS is_rising
    FROM portfolio_segment
    JOIN book ON book.dimension = portfolio_segment.dimension
    WHERE portfolio_segment.closing_balance > 0
      AND portfolio_segment.dimension <> 'vintage'
),

judged AS (
    SELECT
        *,
        NOT is_low_yield AND is_low_risk AS strength,
        is_low_yield OR is_over_cap AS weakness,
        outlook >= 1 AND headroom > 0 AS opportunity,
        is_bad_outlook OR is_rising AS threat,
        risk_adjusted_yield IS NOT NULL AND risk_rate IS NOT NULL AS is_known
    FROM figure
),

note AS (
    SELECT
        dimension,
        code,
        string_agg(concat(coalesce(quadrant, 'NOTE'), ': ', coalesce(statement, '')), ' | ' ORDER BY note_id) AS notes
    FROM swot_note
    GROUP BY dimension, code
)

SELECT
    judged.dimension,
    judged.code,
    judged.n_loans,
    judged.closing_balance,
    judged.strength,
    judged.weakness,
    judged.opportunity,
    judged.threat,
    CASE
        WHEN judged.is_known THEN concat(
            CASE WHEN judged.weakness THEN 'W' WHEN judged.strength THEN 'S' ELSE '-' END,
            CASE WHEN judged.threat THEN 'T' WHEN judged.opportunity THEN 'O' ELSE '-' END
        )
    END AS quadrant,
    CASE
        WHEN NOT judged.is_known OR judged.code = 'UNKNOWN' THEN CAST(NULL AS VARCHAR)
        WHEN judged.is_over_cap AND judged.is_low_yield AND judged.threat THEN 'EXIT'
        WHEN judged.is_over_cap THEN 'REDUCE'
        WHEN judged.is_low_yield AND judged.threat THEN 'REDUCE'
        WHEN judged.is_low_yield THEN 'REPRICE'
        WHEN judged.strength AND judged.opportunity AND NOT coalesce(judged.threat, FALSE) THEN 'EXPAND'
        WHEN judged.strength THEN 'HOLD'
        WHEN judged.threat THEN 'REDUCE'
        ELSE 'HOLD'
    END AS action,
    nullif(concat_ws(' ',
        CASE WHEN judged.is_low_yield THEN 'YIELD_BELOW_HURDLE' END,
        CASE WHEN judged.is_over_cap THEN 'RISK_ABOVE_CAP' END,
        CASE WHEN judged.strength THEN 'YIELD_AND_RISK_GOOD' END,
        CASE WHEN judged.opportunity THEN 'GOOD_OUTLOOK' END,
        CASE WHEN judged.is_bad_outlook THEN 'BAD_OUTLOOK' END,
        CASE WHEN judged.is_rising THEN 'FORMATION_RISING' END
    ), '') AS fired,
    judged.risk_adjusted_yield,
    $yield_hurdle AS yield_hurdle,
    judged.npl_ratio,
    judged.risk_rate,
    judged.portfolio_risk,
    $npl_cap AS npl_cap,
    judged.headroom,
    judged.outlook,
    judged.formation_three_quarters,
    judged.formation_quarter_before,
    note.notes,
    CASE
        WHEN NOT judged.is_known THEN coalesce(judged.reason_code, 'MISSING_INPUT')
        WHEN judged.code = 'UNKNOWN' THEN 'NOT_APPLICABLE'
    END AS reason_code
FROM judged
LEFT JOIN note ON note.dimension = judged.dimension AND note.code = judged.code
