-- name: loan
-- title: Loans, each with its end and its industry | 贷款（含结束日期与行业）
-- kind: base
-- keep: yes
-- params: cutoff DATE, project_currency TEXT
-- source: loan events, then snapshots, where the loan record does not tell its end
-- edges: A delivered end after the cutoff is not known yet and is passed over. Among events the earliest PAID_OFF, SALE or
--   WRITE_OFF counts that no ACTIVE snapshot with a positive balance shows to have been partial, on its own day (end of day) or later,
--   and, for a write-off, that reversals have not taken back in full, on its own day or later. Several such events on one day
--   are read as WRITE_OFF before SALE before PAID_OFF. Without an event the first exit snapshot counts that no ACTIVE snapshot
--   with a positive balance follows. A delivered date without a type takes the type from the events, then from the snapshots.
--   Where the loan table has no row at all, loans are the ids that snapshots name, all other columns are empty. Where it has rows,
--   an id that only a snapshot names is not added, because ingest has rejected that snapshot. rate_to_base is the exchange rate of the loan's currency on the cutoff, 1 in
--   that of the project; it converts instalments and the cash allocated to them, both alike.

WITH life AS (
    -- Every loan that snapshots name, with the last day on which it was certainly alive.
    SELECT
        loan_id,
        max(CASE WHEN status = 'ACTIVE' AND principal_balance > 0 THEN snapshot_date END) AS last_active_date
    FROM input.loan_snapshot
    GROUP BY loan_id
),

write_off_balance AS (
    -- What is written off after each event; reversals come after write-offs of the same day.
    SELECT
        loan_id,
        event_date,
        event_type,
        sum(CASE WHEN event_type = 'WRITE_OFF' THEN coalesce(amount, 0) ELSE -coalesce(amount, 0) END)
            OVER (PARTITION BY loan_id ORDER BY event_date, event_type, event_id ROWS UNBOUNDED PRECEDING) AS still_written_off
    FROM loan_event
    WHERE event_type IN ('WRITE_OFF', 'WRITE_OFF_REVERSAL')
),

taken_back AS (
    SELECT loan_id, max(event_date) AS taken_back_on
    FROM write_off_balance
    WHERE event_type = 'WRITE_OFF_REVERSAL'
      AND still_written_off <= 0
    GROUP BY loan_id
),

closing_sign AS (
    -- Everything that may tell how a loan ended. Events are more exact than snapshots and go before them.
    SELECT
        loan_event.loan_id,
        loan_event.event_date AS sign_date,
        CASE loan_event.event_type WHEN 'WRITE_OFF' THEN 1 WHEN 'SALE' THEN 2 ELSE 3 END AS precedence,
        1 AS source_rank
    FROM loan_event
    LEFT JOIN taken_back ON taken_back.loan_id = loan_event.loan_id
    WHERE loan_event.event_type IN ('WRITE_OFF', 'SALE', 'PAID_OFF')
      AND NOT (loan_event.event_type = 'WRITE_OFF' AND coalesce(taken_back.taken_back_on >= loan_event.event_date, FALSE))
    UNION ALL
    SELECT
        loan_id,
        snapshot_date AS sign_date,
        CASE status WHEN 'WRITTEN_OFF' THEN 1 WHEN 'SOLD' THEN 2 ELSE 3 END AS precedence,
        2 AS source_rank
    FROM input.loan_snapshot
    WHERE status IN ('WRITTEN_OFF', 'SOLD', 'PAID_OFF')
),

observed AS (
    -- The first sign that no later life contradicts.
    SELECT
        coalesce(life.loan_id, closing_sign.loan_id) AS loan_id,
        bool_or(life.loan_id IS NOT NULL) AS has_snapshot,
        first_value(closing_sign.sign_date ORDER BY closing_sign.source_rank, closing_sign.sign_date, closing_sign.precedence)
            FILTER (WHERE life.last_active_date IS NULL OR closing_sign.sign_date > life.last_active_date) AS ended_on,
        first_value(closing_sign.precedence ORDER BY closing_sign.source_rank, closing_sign.sign_date, closing_sign.precedence)
            FILTER (WHERE life.last_active_date IS NULL OR closing_sign.sign_date > life.last_active_date) AS precedence
    FROM life
    FULL JOIN closing_sign ON closing_sign.loan_id = life.loan_id
    GROUP BY coalesce(life.loan_id, closing_sign.loan_id)
),

known_loan AS (
    -- The rows of the loan table and, only if that table is empty, the ids that snapshots name.
    SELECT
        coalesce(delivered.loan_id, observed.loan_id) AS loan_id,
        delivered.customer_id,
        delivered.product_code,
        delivered.branch_id,
        delivered.industry_code,
        delivered.currency,
        delivered.origination_date,
        delivered.maturity_date,
        delivered.origination_amount,
        delivered.interest_rate,
        delivered.rate_type,
        delivered.repricing_date,
        delivered.collateral_type,
        delivered.purpose_code,
        delivered.origination_rating,
        delivered.renewed_from_loan_id,
        delivered.referral_officer_id,
        CASE WHEN delivered.ended_on <= $cutoff THEN delivered.ended_on END AS delivered_end,
        CASE WHEN delivered.ended_on <= $cutoff THEN delivered.end_type END AS delivered_type,
        observed.ended_on AS observed_end,
        CASE observed.precedence WHEN 1 THEN 'WRITTEN_OFF' WHEN 2 THEN 'SOLD' WHEN 3 THEN 'PAID_OFF' END AS observed_type,
        delivered.source_system,
        delivered.batch_id,
        delivered.known_at
    FROM input.loan AS delivered
    FULL JOIN observed ON observed.loan_id = delivered.loan_id
    WHERE delivered.loan_id IS NOT NULL
       OR (observed.has_snapshot AND (SELECT count(*) FROM input.loan) = 0)
)

SELECT
    known_loan.loan_id,
    known_loan.customer_id,
    known_loan.product_code,
    known_loan.branch_id,
    coalesce(known_loan.industry_code, customer.industry_code) AS industry_code,
    known_loan.currency,
    known_loan.origination_date,
    known_loan.maturity_date,
    known_loan.origination_amount,
    known_loan.interest_rate,
    known_loan.rate_type,
    known_loan.repricing_date,
    known_loan.collateral_type,
    known_loan.purpose_code,
    known_loan.origination_rating,
    known_loan.renewed_from_loan_id,
    known_loan.referral_officer_id,
    coalesce(known_loan.delivered_end, known_loan.observed_end) AS ended_on,
    coalesce(known_loan.delivered_type, known_loan.observed_type) AS end_type,
    CASE
        WHEN coalesce(known_loan.currency, $project_currency) = $project_currency THEN CAST(1 AS DECIMAL(18,8))
        ELSE fx_day.rate_to_base
    END AS rate_to_base,
    known_loan.source_system,
    known_loan.batch_id,
    known_loan.known_at
FROM known_loan
LEFT JOIN customer ON customer.customer_id = known_loan.customer_id
LEFT JOIN fx_day
  ON fx_day.currency = known_loan.currency
 AND fx_day.rate_day = $cutoff
 AND fx_day.currency <> $project_currency
