-- name: priced_loan
-- title: Loans priced in the period, with the rate they should bear | 期内定价贷款及最低利率
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, hurdle_rate DECIMAL(12,8), capital_ratio DECIMAL(12,8), risk_weight DECIMAL(12,8)
-- source: min_rate = ftp + opex + pd x lgd + hurdle x capital_ratio x risk_weight - fee_yield
-- edges: One row per loan originated or repriced (RATE_CHANGE) in the period: the last pricing that is no concession, else the last concession. A concession
--   is a change of rate, in whichever direction, of a loan in default that day or with a RESTRUCTURE the same day. The rate is the contract rate at
--   origination, later the to_value of the change, a fraction or a number with %; a change whose rate cannot be read is passed over. Of several changes of a
--   day the one with the largest event_id counts, a change goes before the origination of the same day. Balance, pd and lgd are those of the latest ACTIVE
--   snapshot on or before the day, without one of the first ACTIVE one after it up to the period end; they are empty without such a snapshot. min_rate is empty
--   where rate, pd or lgd is. The transfer price is that of the day. opex is the yearly cost of the branch of the loan and of its officers over the average
--   balance of the loans of that branch, 0 where no cost or no balance is known; loans without a branch stand with officers without one. fee_yield is the fees
--   of the schedule in force due from the day to the period end, such as one on the drawing, over the balance and the years to the contractual maturity; 0
--   where maturity, balance or fees are unknown. Fees due after the period end are not seen, which lifts the minimum.

WITH restructured AS (
    SELECT DISTINCT loan_id, event_date
    FROM loan_event
    WHERE event_type = 'RESTRUCTURE'
      AND event_date BETWEEN $period_start AND $period_end
),

spelled AS (
    SELECT event_id, loan_id, event_date, replace(to_value, ' ', '') AS to_value
    FROM loan_event
    WHERE event_type = 'RATE_CHANGE'
      AND event_date BETWEEN $period_start AND $period_end
),

repriced AS (
    SELECT
        event_id,
        loan_id,
        event_date,
        CASE
            WHEN right(to_value, 1) = '%' THEN CAST(TRY_CAST(rtrim(to_value, '%') AS DECIMAL(12,8)) / 100 AS DECIMAL(12,8))
            ELSE TRY_CAST(to_value AS DECIMAL(12,8))
        END AS rate
    FROM spelled
),

in_default AS (
    SELECT DISTINCT repriced.event_id
    FROM repriced
    JOIN default_episode
      ON default_episode.loan_id = repriced.loan_id
     AND default_episode.default_date <= repriced.event_date
     AND (default_episode.probation_end_date IS NULL OR default_episode.probation_end_date > repriced.event_date)
),

pricing AS (
    SELECT
        loan_id,
        origination_date AS priced_on,
        interest_rate AS rate,
        FALSE AS is_concession,
        'PRICED_AT_ORIGINATION' AS rule_code,
        '' AS event_id
    FROM loan
    WHERE origination_date BETWEEN $period_start AND $period_end
    UNION ALL
    SELECT
        repriced.loan_id,
        repriced.event_date AS priced_on,
        repriced.rate,
        in_default.event_id IS NOT NULL OR restructured.loan_id IS NOT NULL AS is_concession,
        'REPRICED' AS rule_code,
        repriced.event_id
    FROM repriced
    LEFT JOIN in_default ON in_default.event_id = repriced.event_id
    LEFT JOIN restructured ON restructured.loan_id = repriced.loan_id AND restructured.event_date = repriced.event_date
    WHERE repriced.rate IS NOT NULL
),

last_pricing AS (
    SELECT
        loan_id,
        first_value(priced_on ORDER BY is_concession, priced_on DESC, rule_code DESC, event_id DESC) AS priced_on,
        first_value(rate ORDER BY is_concession, priced_on DESC, rule_code DESC, event_id DESC) AS rate,
        first_value(rule_code ORDER BY is_concession, priced_on DESC, rule_code DESC, event_id DESC) AS rule_code,
        bool_and(is_concession) AS is_concession
    FROM pricing
    GROUP BY loan_id
),

described AS (
    SELECT
        last_pricing.loan_id,
        loan.customer_id,
        loan.product_code,
        coalesce(loan.branch_id, '') AS branch_id,
        loan.maturity_date,
        last_pricing.priced_on,
        last_pricing.rate,
        last_pricing.is_concession,
        last_pricing.rule_code,
        loan_tenor.tenor_band,
        transfer_price.rate AS ftp_rate
    FROM last_pricing
    JOIN loan ON loan.loan_id = last_pricing.loan_id
    JOIN loan_tenor ON loan_tenor.loan_id = last_pricing.loan_id
    JOIN transfer_price
      ON transfer_price.currency = loan_tenor.currency
     AND transfer_price.tenor_months = loan_tenor.tenor_months
     AND transfer_price.price_date = last_pricing.priced_on
),

nearest AS (
    -- Snapshots up to the day go before those after it, the nearest first.
    SELECT
        described.loan_id,
        first_value(loan_month.principal_balance
            ORDER BY loan_month.snapshot_date > described.priced_on, abs(loan_month.snapshot_date - described.priced_on)) AS balance,
        first_value(loan_month.pd
            ORDER BY loan_month.snapshot_date > described.priced_on, abs(loan_month.snapshot_date - described.priced_on)) AS pd,
        first_value(loan_month.lgd
            ORDER BY loan_month.snapshot_date > described.priced_on, abs(loan_month.snapshot_date - described.priced_on)) AS lgd
    FROM described
    JOIN loan_month ON loan_month.loan_id = described.loan_id
    WHERE loan_month.status = 'ACTIVE'
      AND loan_month.snapshot_date <= $period_end
    GROUP BY described.loan_id
),

fee AS (
    SELECT described.loan_id, CAST(sum(instalment.fee_due * loan.rate_to_base) AS DECIMAL(20,2)) AS fee_due
    FROM described
    JOIN loan ON loan.loan_id = described.loan_id
    JOIN instalment ON instalment.loan_id = described.loan_id
    LEFT JOIN schedule_span
      ON schedule_span.loan_id = instalment.loan_id
     AND schedule_span.schedule_version = instalment.schedule_version
    WHERE instalment.due_date >= described.priced_on
      AND (instalment.cancelled_on IS NULL OR instalment.cancelled_on > described.priced_on)
      AND (schedule_span.loan_id IS NULL
           OR (schedule_span.valid_from <= described.priced_on AND schedule_span.valid_to > described.priced_on))
    GROUP BY described.loan_id
),

branch_balance AS (
    SELECT
        coalesce(loan_month.branch_id, '') AS branch_id,
        sum(CAST(loan_month.principal_balance * average_weight.halves AS DECIMAL(24,2))) / max(average_weight.total_halves) AS balance
    FROM average_weight
    JOIN loan_month ON loan_month.snapshot_date = average_weight.snapshot_date
    WHERE loan_month.status = 'ACTIVE'
    GROUP BY coalesce(loan_month.branch_id, '')
),

branch_cost AS (
    SELECT
        CASE WHEN operating_cost.subject_type = 'BRANCH' THEN operating_cost.subject_id ELSE coalesce(officer.branch_id, '') END AS branch_id,
        sum(operating_cost.opex) AS opex
    FROM operating_cost
    LEFT JOIN officer ON officer.officer_id = operating_cost.subject_id AND operating_cost.subject_type = 'OFFICER'
    GROUP BY CASE WHEN operating_cost.subject_type = 'BRANCH' THEN operating_cost.subject_id ELSE coalesce(officer.branch_id, '') END
),

cost_rate AS (
    SELECT
        branch_balance.branch_id,
        CAST(
            CAST(branch_cost.opex * 365 AS DECIMAL(24,10)) / CAST(branch_balance.balance * (SELECT n_days FROM reporting_date) AS DECIMAL(24,2))
        AS DECIMAL(20,12)) AS rate
    FROM branch_balance
    JOIN branch_cost ON branch_cost.branch_id = branch_balance.branch_id
    WHERE branch_balance.balance > 0
),

assembled AS (
    SELECT
        described.loan_id,
        described.customer_id,
        described.product_code,
        described.tenor_band,
        described.priced_on,
        described.rate,
        described.is_concession,
        described.rule_code,
        nearest.balance,
        nearest.pd,
        nearest.lgd,
        described.ftp_rate,
        coalesce(cost_rate.rate, 0) AS opex_rate,
        CASE
            WHEN nearest.balance > 0 AND described.maturity_date > described.priced_on
                THEN coalesce(CAST(
                    CAST(fee.fee_due * 365 AS DECIMAL(22,10)) / CAST(nearest.balance * (described.maturity_date - described.priced_on) AS DECIMAL(24,2))
                AS DECIMAL(20,12)), 0)
            ELSE 0
        END AS fee_yield
    FROM described
    LEFT JOIN nearest ON nearest.loan_id = described.loan_id
    LEFT JOIN cost_rate ON cost_rate.branch_id = described.branch_id
    LEFT JOIN fee ON fee.loan_id = described.loan_id
)

SELECT
    loan_id,
    customer_id,
    product_code,
    tenor_band,
    priced_on,
    rate,
    is_concession,
    rule_code,
    balance,
    pd,
    lgd,
    ftp_rate,
    opex_rate,
    fee_yield,
    CASE
        WHEN rate IS NOT NULL
            THEN CAST(
                ftp_rate + opex_rate + CAST(pd * lgd AS DECIMAL(20,12))
                + CAST(CAST($hurdle_rate * $capital_ratio AS DECIMAL(20,12)) * CAST($risk_weight AS DECIMAL(14,8)) AS DECIMAL(20,12))
                - fee_yield
            AS DECIMAL(20,12))
    END AS min_rate
FROM assembled
