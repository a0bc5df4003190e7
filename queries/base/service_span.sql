-- name: service_span
-- title: What customers are to be offered, by span of days and officer | 差异化服务要求（按客户、区间与管户人）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE
-- source: service matrix by size of the customer and product
-- edges: Customers with a loan, live in the period, whose size band and product stand in service_matrix. Spans are half-open and inside the period; in one of
--   them neither the live loans of the customer nor their officers change. A loan is live from its origination to its end, both days included. What is offered
--   is the strictest of the live loans: a dedicated manager if any asks for one, the shortest time between visits. weight is the part of the period that the
--   span is, times the mean of the officer's shares of all live loans, also of those without a row in the matrix. visits_begin_on is the origination of the
--   oldest loan of the period that asks for visits, empty if that is not known.

WITH live AS (
    SELECT
        loan.customer_id,
        loan.loan_id,
        loan.origination_date,
        greatest(coalesce(loan.origination_date, $period_start), $period_start) AS live_from,
        least(coalesce(loan.ended_on, $period_end), $period_end) + CAST(1 AS INT) AS live_to,
        coalesce(service_matrix.dedicated_manager, FALSE) AS is_managed,
        service_matrix.visit_every_months,
        service_matrix.size_band IS NOT NULL AS is_in_matrix
    FROM loan
    JOIN customer ON customer.customer_id = loan.customer_id
    LEFT JOIN service_matrix
      ON service_matrix.size_band = customer.size_band
     AND service_matrix.product_code = loan.product_code
    WHERE (loan.origination_date IS NULL OR loan.origination_date <= $period_end)
      AND (loan.ended_on IS NULL OR loan.ended_on >= $period_start)
),

served AS (
    SELECT
        customer_id,
        CASE
            WHEN bool_or(visit_every_months IS NOT NULL AND origination_date IS NULL) THEN NULL
            ELSE min(CASE WHEN visit_every_months IS NOT NULL THEN origination_date END)
        END AS visits_begin_on
    FROM live
    GROUP BY customer_id
    HAVING bool_or(is_in_matrix)
),

served_loan AS (
    SELECT
        live.customer_id,
        live.loan_id,
        live.live_from,
        live.live_to,
        live.is_managed,
        live.visit_every_months,
        served.visits_begin_on
    FROM served
    JOIN live ON live.customer_id = served.customer_id
),

held AS (
    SELECT
        served_loan.customer_id,
        served_loan.loan_id,
        owner.officer_id,
        owner.share,
        greatest(served_loan.live_from, owner.valid_from) AS held_from,
        least(served_loan.live_to, owner.valid_to) AS held_to
    FROM served_loan
    JOIN owner
      ON owner.loan_id = served_loan.loan_id
     AND owner.valid_from < served_loan.live_to
     AND owner.valid_to > served_loan.live_from
),

cut AS (
    SELECT customer_id, held_from AS cut_on FROM held
    UNION
    SELECT customer_id, held_to AS cut_on FROM held
),

piece AS (
    -- One ordered pass over all customers; a window for each customer costs ten times as much.
    SELECT
        customer_id,
        cut_on AS span_from,
        CASE
            WHEN lead(customer_id) OVER (ORDER BY customer_id, cut_on) = customer_id
                THEN lead(cut_on) OVER (ORDER BY customer_id, cut_on)
        END AS span_to
    FROM cut
),

offer AS (
    SELECT
        piece.customer_id,
        piece.span_from,
        piece.span_to,
        count(*) AS n_loans,
        bool_or(served_loan.is_managed) AS is_managed,
        min(served_loan.visit_every_months) AS visit_every_months,
        min(served_loan.visits_begin_on) AS visits_begin_on
    FROM piece
    JOIN served_loan
      ON served_loan.customer_id = piece.customer_id
     AND served_loan.live_from <= piece.span_from
     AND served_loan.live_to >= piece.span_to
    WHERE piece.span_to IS NOT NULL
    GROUP BY piece.customer_id, piece.span_from, piece.span_to
),

share AS (
    SELECT
        piece.customer_id,
        piece.span_from,
        held.officer_id,
        sum(held.share) AS share
    FROM piece
    JOIN held
      ON held.customer_id = piece.customer_id
     AND held.held_from <= piece.span_from
     AND held.held_to >= piece.span_to
    WHERE piece.span_to IS NOT NULL
    GROUP BY piece.customer_id, piece.span_from, held.officer_id
)

SELECT
    offer.customer_id,
    offer.span_from,
    offer.span_to,
    offer.is_managed,
    offer.visit_every_months,
    offer.visits_begin_on,
    share.officer_id,
    CAST(CAST(share.share * (offer.span_to - offer.span_from) AS DECIMAL(26,12))
        / (offer.n_loans * (SELECT n_days FROM reporting_date)) AS DECIMAL(38,12)) AS weight
FROM offer
JOIN share
  ON share.customer_id = offer.customer_id
 AND share.span_from = offer.span_from
