-- name: transfer_price
-- title: Funds transfer price by currency, tenor and day | 内部资金转移价格（按币种、期限、日期）
-- kind: base
-- keep: yes
-- params: period_start DATE, period_end DATE, ftp_rate DECIMAL(12,8)
-- source: table ftp_rate, else the parameter
-- edges: One row per currency and tenor of loan_tenor and day on which a price is asked for: the reporting dates of the average, and the days of the period
--   on which a loan was originated or repriced. Bands written like 0-12M, 12-36M or 60M+ (also in years, 1-3Y) hold the tenors from the lower edge, included,
--   to the upper, excluded; ALL holds every tenor, also an unknown one. Other codes match no loan. Of the rows of the currency that hold the tenor and are in
--   effect on the day, a band goes before ALL, of overlapping bands the one with the higher lower edge and then the lower upper edge, then the latest
--   effective_from counts. Without any the parameter ftp_rate.

WITH price_date AS (
    SELECT snapshot_date AS price_date
    FROM average_weight
    UNION
    SELECT origination_date AS price_date
    FROM loan
    WHERE origination_date BETWEEN $period_start AND $period_end
    UNION
    SELECT event_date AS price_date
    FROM loan_event
    WHERE event_type = 'RATE_CHANGE'
      AND event_date BETWEEN $period_start AND $period_end
),

tenor AS (
    SELECT DISTINCT currency, tenor_months
    FROM loan_tenor
),

spelled AS (
    SELECT
        currency,
        effective_from,
        rate,
        upper(replace(tenor_band, ' ', '')) AS band
    FROM ftp_rate
),

edged AS (
    SELECT
        currency,
        effective_from,
        rate,
        band = 'ALL' AS is_all,
        CASE WHEN right(band, 1) = 'Y' OR right(band, 2) = 'Y+' THEN 12 ELSE 1 END AS months,
        CASE
            WHEN regexp_like(band, '^[0-9]{1,4}[MY]?-[0-9]{1,4}[MY]$') THEN CAST(regexp_replace(band, '^([0-9]+).*$', '\1') AS INT)
            WHEN regexp_like(band, '^[0-9]{1,4}[MY][+]$') THEN CAST(regexp_replace(band, '^([0-9]+).*$', '\1') AS INT)
        END AS lower_edge,
        CASE
            WHEN regexp_like(band, '^[0-9]{1,4}[MY]?-[0-9]{1,4}[MY]$') THEN CAST(regexp_replace(band, '^.*-([0-9]+)[MY]$', '\1') AS INT)
            WHEN regexp_like(band, '^[0-9]{1,4}[MY][+]$') THEN 9999
        END AS upper_edge
    FROM spelled
),

band AS (
    -- ALL begins below every band, so that it comes last.
    SELECT
        currency,
        effective_from,
        rate,
        CASE WHEN is_all THEN -1 ELSE lower_edge * months END AS from_months,
        CASE WHEN is_all THEN 999999 ELSE upper_edge * months END AS to_months
    FROM edged
),

asked AS (
    SELECT tenor.currency, tenor.tenor_months, price_date.price_date
    FROM tenor
    CROSS JOIN price_date
),

chosen AS (
    SELECT
        asked.currency,
        asked.tenor_months,
        asked.price_date,
        first_value(band.rate ORDER BY band.from_months DESC, band.to_months, band.effective_from DESC) AS rate
    FROM band
    JOIN asked
      ON asked.currency = band.currency
     AND asked.tenor_months >= band.from_months
     AND asked.tenor_months < band.to_months
     AND asked.price_date >= band.effective_from
    GROUP BY asked.currency, asked.tenor_months, asked.price_date
)

SELECT
    asked.currency,
    asked.tenor_months,
    asked.price_date,
    CAST(coalesce(chosen.rate, $ftp_rate) AS DECIMAL(20,12)) AS rate
FROM asked
LEFT JOIN chosen
  ON chosen.currency = asked.currency
 AND chosen.tenor_months = asked.tenor_months
 AND chosen.price_date = asked.price_date
