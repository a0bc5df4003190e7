-- name: repeat_business_rate
-- title: Customers who borrow again after maturity | 复贷/续作率
-- kind: indicator
-- dimension: CUSTOMER
-- better: higher
-- unit: ratio
-- aggregate: share
-- owner: officers on the day of maturity (of a loan that ended by then, on the day before its end) by share; the mean over the loans of the customer that count
-- needs: loan.maturity_date, loan.customer_id
-- params: period_start DATE, period_end DATE, repeat_business_days INT, early_payoff_days INT
-- source: 银行贷后管理绩效考核 忠诚度; 复贷/续作率
-- edges: Customers with a loan whose contractual maturity plus repeat_business_days lies in the period, so that every maturity is judged once, when its time
--   is over. The loan counts unless it had ended early_payoff_days or more before its maturity, had been written off or sold by then, or was in default on the
--   day of maturity. One row a customer; it counts as repeated if, for any of the loans that count, another loan of the customer was originated from the day of
--   maturity to the last day of the time, both included, or names the loan as the one it renews and was originated by that last day, or the loan has a RENEWAL
--   event at most so many days before or after the maturity.

WITH matured AS (
    SELECT
        loan.loan_id,
        loan.customer_id,
        loan.maturity_date,
        CASE WHEN loan.ended_on <= loan.maturity_date THEN loan.ended_on - CAST(1 AS INT) ELSE loan.maturity_date END AS owned_on
    FROM loan
    WHERE loan.maturity_date + CAST($repeat_business_days AS INT) BETWEEN $period_start AND $period_end
      AND loan.customer_id IS NOT NULL
      AND (loan.ended_on IS NULL OR loan.ended_on > loan.maturity_date - CAST($early_payoff_days AS INT))
      AND NOT coalesce(loan.end_type IN ('WRITTEN_OFF', 'SOLD') AND loan.ended_on <= loan.maturity_date, FALSE)
      AND NOT EXISTS (
          SELECT 1
          FROM default_episode
          WHERE default_episode.loan_id = loan.loan_id
            AND default_episode.default_date <= loan.maturity_date
            AND (default_episode.probation_end_date IS NULL OR default_episode.probation_end_date > loan.maturity_date)
      )
),

repeated AS (
    SELECT matured.customer_id
    FROM matured
    JOIN loan ON loan.customer_id = matured.customer_id
    WHERE loan.loan_id <> matured.loan_id
      AND loan.origination_date BETWEEN matured.maturity_date AND matured.maturity_date + CAST($repeat_business_days AS INT)
    UNION
    SELECT matured.customer_id
    FROM matured
    JOIN loan ON loan.renewed_from_loan_id = matured.loan_id
    WHERE loan.origination_date <= matured.maturity_date + CAST($repeat_business_days AS INT)
    UNION
    SELECT matured.customer_id
    FROM matured
    JOIN loan_event ON loan_event.loan_id = matured.loan_id
    WHERE loan_event.event_type = 'RENEWAL'
      AND loan_event.event_date BETWEEN matured.maturity_date - CAST($repeat_business_days AS INT)
                                    AND matured.maturity_date + CAST($repeat_business_days AS INT)
),

loan_count AS (
    SELECT customer_id, count(*) AS n_loans
    FROM matured
    GROUP BY customer_id
),

holding AS (
    SELECT matured.customer_id, owner.officer_id, sum(owner.share) AS share
    FROM matured
    JOIN owner
      ON owner.loan_id = matured.loan_id
     AND owner.valid_from <= matured.owned_on
     AND owner.valid_to > matured.owned_on
    GROUP BY matured.customer_id, owner.officer_id
),

weighted AS (
    SELECT
        holding.officer_id,
        holding.customer_id,
        CAST(CAST(holding.share AS DECIMAL(26,12)) / loan_count.n_loans AS DECIMAL(38,12)) AS weight,
        repeated.customer_id IS NOT NULL AS is_repeated
    FROM loan_count
    JOIN holding ON holding.customer_id = loan_count.customer_id
    LEFT JOIN repeated ON repeated.customer_id = loan_count.customer_id
)

SELECT
    officer_id,
    customer_id,
    customer_id AS key,
    CASE WHEN is_repeated THEN weight ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    weight AS denominator
FROM weighted
