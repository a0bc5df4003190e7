-- name: tail_risk
-- title: Loans that defaulted within 36 months after an officer managed them | 管户后三十六个月内的违约（递延支付与追索扣回）
-- kind: appraisal
-- grain: officer_id, origin_period
-- source: 商业银行稳健薪酬监管指引 (at least 40 % deferred for at least three years, clawback when losses exceed normal)
-- edges: One row per officer and period of origin_period for whom managed_loan has a loan; an officer who managed nothing has none, UNASSIGNED has one like the others. n_loans counts
--   the loans managed on origin_end, n_defaults those of them with a first default after it, up to 36 months and the cutoff; a shared loan counts once for
--   each of its officers, so that only the amounts add up to the bank, to the cent. balance is NULL where one of the loans has no snapshot on origin_end itself, no
--   earlier one stands in; default_amount is 0 without a default and NULL where the ead of one is not known. share is default_amount over balance, NULL where either is
--   not known or the balance is 0; what was drawn after origin_end and a change of the exchange rate can take it above 1. A default counts in every period from
--   which it is seen, so that periods must not be added up. Until is_complete more defaults may follow. A loan keeps counting after a hand-over: what the next
--   officer does with it is not told apart. Where defaults are derived, those before the first snapshot of the data are not seen.

WITH summed AS (
    SELECT
        officer_id,
        origin_end,
        count(*) AS n_loans,
        CASE WHEN count(balance_part) = count(*) THEN CAST(sum(balance_part) AS DECIMAL(18,2)) END AS balance,
        count(default_date) AS n_defaults,
        CASE
            WHEN count(default_part) = count(default_date) THEN CAST(coalesce(sum(default_part), 0) AS DECIMAL(18,2))
        END AS default_amount
    FROM managed_loan
    GROUP BY officer_id, origin_end
)

SELECT
    summed.officer_id,
    origin_period.origin_period,
    origin_period.origin_end,
    summed.n_loans,
    summed.balance,
    summed.n_defaults,
    summed.default_amount,
    CASE WHEN summed.balance <> 0 THEN CAST(summed.default_amount AS DOUBLE) / CAST(summed.balance AS DOUBLE) END AS share,
    origin_period.months_followed,
    origin_period.is_complete
FROM origin_period
JOIN summed ON summed.origin_end = origin_period.origin_end
