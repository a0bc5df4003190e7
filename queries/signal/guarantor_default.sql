-- name: guarantor_default
-- title: A guarantor defaults | 保证人违约
-- kind: signal
-- needs: loan.customer_id, guarantee
-- source: Saudi Central Bank, Rules on Management of Problem Loans (2020), Appendix 1: guarantor default; EBA/GL/2020/06 section 8.5
-- edges: Fires for every loan that a customer guarantees when that customer defaults, on the day from which the bank knew (default_sign), or from which it had the guarantee and
--   the loan where that is later. The guarantee must be in force on the day of default_sign, its first day included and valid_to not. A guarantee of the borrower for
--   the own loan does not count. Only defaults that show at this bank are known: on a loan of the guarantor, or as a record on the guarantor. Several on one day are one row. There is no score.

SELECT
    loan.customer_id,
    guarantee.loan_id,
    greatest(
        default_sign.known_on,
        CAST(guarantee.known_at AS DATE),
        loan.origination_date,
        CAST(loan.known_at AS DATE)
    ) AS issued_at,
    'ORANGE' AS severity,
    CAST(NULL AS DOUBLE) AS score
FROM default_sign
JOIN input.guarantee ON guarantee.guarantor_customer_id = default_sign.customer_id
JOIN input.loan ON loan.loan_id = guarantee.loan_id
WHERE guarantee.valid_from <= default_sign.known_on
  AND (guarantee.valid_to IS NULL OR guarantee.valid_to > default_sign.known_on)
  AND loan.customer_id IS DISTINCT FROM guarantee.guarantor_customer_id
GROUP BY
    loan.customer_id,
    guarantee.loan_id,
    greatest(
        default_sign.known_on,
        CAST(guarantee.known_at AS DATE),
        loan.origination_date,
        CAST(loan.known_at AS DATE)
    )
