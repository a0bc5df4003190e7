-- name: target_officer
-- title: Targets of officers, decomposed from that of their branch | 客户经理目标（由机构目标分解）
-- kind: base
-- keep: yes
-- source: targets that add up from branch to officer: shares b / sum b, largest remainder; mean of rates by exposure
-- edges: Officers of target_unit without a target of their own, where their branch has one, given or decomposed. An AMOUNT is shared in whole
--   cents by the largest remainder, a tie goes to the smaller id, and a negative one as its opposite. What it has below a cent goes to the next in
--   that order, so that the parts add up to it exactly; a unit with weight 0 gets 0. A RATE is the parent's times the case-mix factor, scaled so that
--   the mean of the whole family by exposure is the parent's, to 12 digits; units without an exposure get the parent's, and so do all where nobody
--   that shares has one. Where units with a target of their own take more than there is, less than nothing is left for the others.

WITH parent AS (
    SELECT org_id, indicator_id, target_value
    FROM target_given
    WHERE org_level = 'BRANCH'
    UNION ALL
    SELECT org_id, indicator_id, target_value
    FROM target_branch
),

part AS (
    SELECT
        target_unit.org_id,
        target_unit.parent_id,
        target_unit.indicator_id,
        target_unit.method,
        target_unit.exposure,
        target_unit.case_mix,
        target_unit.exposure_total,
        target_unit.given_total,
        target_unit.base_total,
        target_unit.weight,
        parent.target_value AS parent_value
    FROM target_unit
    JOIN parent
      ON parent.org_id = target_unit.parent_id
     AND parent.indicator_id = target_unit.indicator_id
    WHERE target_unit.org_level = 'OFFICER'
      AND target_unit.given_value IS NULL
),

amount AS (
    SELECT
        org_id,
        parent_id,
        indicator_id,
        weight,
        sum(weight) OVER (PARTITION BY indicator_id, parent_id) AS weight_total,
        parent_value - given_total AS rest,
        CAST(trunc(abs(parent_value - given_total) * 100) AS DECIMAL(38,0)) AS cents
    FROM part
    WHERE method = 'AMOUNT'
),

-- cents x weight / weight_total, divided by hand in two steps, all but the last eight digits of the cents first: exact, however large they are.
first_step AS (
    SELECT
        org_id,
        parent_id,
        indicator_id,
        weight,
        weight_total,
        rest,
        cents,
        cents % 100000000 * weight AS last_digits,
        CAST((cents - cents % 100000000) / 100000000 AS DECIMAL(38,0)) * weight AS dividend
    FROM amount
),

second_step AS (
    SELECT
        org_id,
        parent_id,
        indicator_id,
        weight,
        weight_total,
        rest,
        cents,
        CAST(round(CAST(dividend - dividend % weight_total AS DOUBLE) / CAST(weight_total AS DOUBLE)) AS DECIMAL(38,0)) * 100000000 AS quotient,
        dividend % weight_total * 100000000 + last_digits AS dividend
    FROM first_step
),

divided AS (
    SELECT
        org_id,
        parent_id,
        indicator_id,
        weight,
        rest,
        cents,
        quotient + CAST(round(CAST(dividend - dividend % weight_total AS DOUBLE) / CAST(weight_total AS DOUBLE)) AS DECIMAL(38,0)) AS whole_cents,
        dividend % weight_total AS remainder
    FROM second_step
),

placed AS (
    SELECT
        org_id,
        indicator_id,
        rest,
        cents,
        whole_cents,
        cents - sum(whole_cents) OVER (PARTITION BY indicator_id, parent_id) AS left_over,
        row_number() OVER (
            PARTITION BY indicator_id, parent_id ORDER BY remainder DESC, CASE WHEN weight > 0 THEN 0 ELSE 1 END, org_id
        ) AS place
    FROM divided
),

apportioned AS (
    SELECT
        org_id,
        indicator_id,
        rest < 0 AS is_negative,
        CAST((whole_cents + CASE WHEN place <= left_over THEN 1 ELSE 0 END) * 0.01 AS DECIMAL(38,12))
            + CASE WHEN place = left_over + 1 THEN abs(rest) - CAST(cents * 0.01 AS DECIMAL(38,12)) ELSE 0 END AS size
    FROM placed
)

SELECT
    org_id,
    indicator_id,
    CAST(CASE WHEN is_negative THEN -size ELSE size END AS DECIMAL(38,12)) AS target_value,
    'AMOUNT' AS method
FROM apportioned
UNION ALL
SELECT
    org_id,
    indicator_id,
    CASE
        WHEN exposure > 0 AND base_total > 0
            THEN CAST(
                CAST(CAST(exposure_total AS DECIMAL(26,8)) * CAST(parent_value AS DECIMAL(24,12)) - given_total AS DOUBLE)
                    * case_mix / CAST(base_total AS DOUBLE)
            AS DECIMAL(38,12))
        ELSE parent_value
    END AS target_value,
    'RATE' AS method
FROM part
WHERE method = 'RATE'
