-- name: officer_gate
-- title: Gates and whether they fired | 一票否决与触发情况
-- kind: appraisal
-- needs: scheme
-- grain: officer_id, gate_id
-- source: veto rules of the scheme (一票否决); Wilson (1927) for the interval
-- edges: Every officer and every gate of the scheme. A gate compares the raw value, never a shrunk or overridden one; a value that is not known fires none. significance wilson95: the whole Wilson
--   95 % interval must lie on the violating side; the cases are the sums of the evidence, fractions of co-managed cases included. min_loans: a ratio of money (unit ratio, aggregate ratio or annualised) fires
--   only with that many distinct loans in the officer's evidence; shares of cases, counts and marks need none. cap_grade is the place of the grade in the scheme, 0 the best.

WITH loans AS (
    SELECT evidence_key.officer_id, evidence_key.indicator_id, count(DISTINCT evidence_key.loan_id) AS n_loans
    FROM evidence_key
    JOIN (SELECT DISTINCT indicator_id FROM scheme_gate) AS gated ON gated.indicator_id = evidence_key.indicator_id
    WHERE evidence_key.loan_id <> ''
    GROUP BY evidence_key.officer_id, evidence_key.indicator_id
),

compared AS (
    SELECT
        officer_indicator.officer_id,
        scheme_gate.gate_id,
        scheme_gate.ordinal,
        scheme_gate.indicator_id,
        scheme_gate.comparison,
        scheme_gate.is_low,
        scheme_gate.threshold,
        scheme_gate.cap_total,
        scheme_gate.cap_grade,
        scheme_gate.zero_dimension,
        scheme_gate.significance,
        scheme_gate.min_loans,
        officer_indicator.raw_value AS value,
        officer_indicator.lower,
        officer_indicator.upper,
        coalesce(loans.n_loans, 0) AS n_loans,
        indicator.aggregate IN ('ratio', 'annualised') AND starts_with(indicator.unit, 'ratio') AS is_money
    FROM officer_indicator
    JOIN scheme_gate ON scheme_gate.indicator_id = officer_indicator.indicator_id
    JOIN indicator ON indicator.indicator_id = officer_indicator.indicator_id
    LEFT JOIN loans
      ON loans.officer_id = officer_indicator.officer_id
     AND loans.indicator_id = officer_indicator.indicator_id
    WHERE officer_indicator.officer_id <> 'UNASSIGNED'
),

judged AS (
    SELECT
        officer_id,
        gate_id,
        ordinal,
        indicator_id,
        comparison,
        is_low,
        threshold,
        cap_total,
        cap_grade,
        zero_dimension,
        significance,
        min_loans,
        value,
        lower,
        upper,
        n_loans,
        CASE comparison
            WHEN '<' THEN value < threshold
            WHEN '<=' THEN value <= threshold
            WHEN '>' THEN value > threshold
            ELSE value >= threshold
        END AS is_violated,
        significance = 'none' OR CASE comparison
            WHEN '<' THEN upper < threshold
            WHEN '<=' THEN upper <= threshold
            WHEN '>' THEN lower > threshold
            ELSE lower >= threshold
        END AS is_sure,
        NOT is_money OR n_loans >= min_loans AS has_loans
    FROM compared
)

SELECT
    officer_id,
    gate_id,
    indicator_id,
    value,
    comparison,
    threshold,
    is_low,
    coalesce(is_violated AND is_sure AND has_loans, FALSE) AS is_fired,
    CASE
        WHEN value IS NULL THEN 'NOT_KNOWN'
        WHEN NOT is_violated THEN 'HELD'
        WHEN NOT has_loans THEN 'TOO_FEW_LOANS'
        WHEN NOT coalesce(is_sure, FALSE) THEN 'NOT_SIGNIFICANT'
        ELSE 'FIRED'
    END AS outcome,
    lower,
    upper,
    n_loans,
    cap_total,
    cap_grade,
    zero_dimension,
    significance,
    min_loans,
    ordinal
FROM judged
