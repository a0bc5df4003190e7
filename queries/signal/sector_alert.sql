-- name: sector_alert
-- title: Alert on the industry or region of a borrower | 行业或地区预警
-- kind: signal
-- needs: loan.customer_id, macro_alert.published_on
-- source: IFRS 9 B5.5.17: adverse changes in business, financial or economic conditions; EBA/GL/2020/06 section 8.5; 银行贷后管理绩效考核, macro and industry warnings
-- edges: One row per alert and loan it concerns, several of one day together. An alert that leaves industry or region empty concerns all industries or regions, one that
--   leaves both empty every loan. The industry is that of the loan, where it has none that of the customer; the region is that of the customer. A loan
--   originated after the publication is not warned about, nor one whose delivered ended_on lies before it. issued_at is the latest of published_on and the days from
--   which the bank had the alert, the loan and, where it is asked, the customer. Customers have no history: today's industry and region stand for those of the day.
--   severity is the level where it is one of RED, ORANGE, YELLOW, HIGH, MEDIUM, LOW, else empty; there is no score.

WITH alert AS (
    SELECT
        alert_id,
        industry_code,
        region,
        published_on,
        greatest(published_on, CAST(known_at AS DATE)) AS known_on,
        CASE WHEN level IN ('RED', 'HIGH') THEN 3 WHEN level IN ('ORANGE', 'MEDIUM') THEN 2 WHEN level IN ('YELLOW', 'LOW') THEN 1 END AS severity_rank
    FROM macro_alert
),

borrowing AS (
    SELECT
        loan.loan_id,
        loan.customer_id,
        loan.origination_date,
        loan.ended_on,
        greatest(loan.origination_date, CAST(loan.known_at AS DATE)) AS loan_known_on,
        loan.industry_code IS NULL AS is_customer_industry,
        coalesce(loan.industry_code, customer.industry_code) AS industry_code,
        customer.region,
        CAST(customer.known_at AS DATE) AS customer_known_on
    FROM input.loan
    LEFT JOIN input.customer ON customer.customer_id = loan.customer_id
),

concerned AS (
    SELECT
        borrowing.customer_id,
        borrowing.loan_id,
        greatest(
            alert.known_on,
            borrowing.loan_known_on,
            CASE WHEN borrowing.is_customer_industry OR alert.region IS NOT NULL THEN borrowing.customer_known_on END
        ) AS issued_at,
        alert.severity_rank
    FROM alert
    JOIN borrowing ON borrowing.industry_code = alert.industry_code
    WHERE (alert.region IS NULL OR borrowing.region = alert.region)
      AND borrowing.origination_date <= alert.published_on
      AND (borrowing.ended_on IS NULL OR borrowing.ended_on >= alert.published_on)
    UNION ALL
    SELECT
        borrowing.customer_id,
        borrowing.loan_id,
        greatest(alert.known_on, borrowing.loan_known_on, borrowing.customer_known_on) AS issued_at,
        alert.severity_rank
    FROM alert
    JOIN borrowing ON borrowing.region = alert.region
    WHERE alert.industry_code IS NULL
      AND borrowing.origination_date <= alert.published_on
      AND (borrowing.ended_on IS NULL OR borrowing.ended_on >= alert.published_on)
    UNION ALL
    SELECT
        borrowing.customer_id,
        borrowing.loan_id,
        greatest(alert.known_on, borrowing.loan_known_on) AS issued_at,
        alert.severity_rank
    FROM alert
    CROSS JOIN borrowing
    WHERE alert.industry_code IS NULL
      AND alert.region IS NULL
      AND borrowing.origination_date <= alert.published_on
      AND (borrowing.ended_on IS NULL OR borrowing.ended_on >= alert.published_on)
)

SELECT
    customer_id,
    loan_id,
    issued_at,
    CASE max(severity_rank) WHEN 3 THEN 'RED' WHEN 2 THEN 'ORANGE' WHEN 1 THEN 'YELLOW' END AS severity,
    CAST(NULL AS DOUBLE) AS score
FROM concerned
GROUP BY customer_id, loan_id, issued_at
