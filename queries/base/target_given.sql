-- name: target_given
-- title: Targets that are set for the period | 本期下达的目标
-- kind: base
-- keep: yes
-- source: 银行业金融机构绩效考评监管指引 (银监发〔2012〕34号): indicators have a target value
-- edges: Rows of target that bear the name of the period, levels BANK, BRANCH and OFFICER; a level of the bank between them is passed over. The bank has
--   one target per indicator: that of org_id BANK, else of the smallest id, and is called BANK here. method is AMOUNT for sums in money, RATE for
--   ratios and shares; it is empty for counts, medians and all else, also for an indicator_id that is none: those targets are not decomposed.

WITH set_target AS (
    SELECT target.org_level, target.org_id, target.indicator_id, target.target_value
    FROM target
    JOIN period_name ON period_name.period = target.period
),

of_unit AS (
    SELECT org_level, org_id, indicator_id, target_value
    FROM set_target
    WHERE org_level IN ('BRANCH', 'OFFICER')
    UNION ALL
    SELECT
        'BANK' AS org_level,
        'BANK' AS org_id,
        indicator_id,
        first_value(target_value ORDER BY CASE WHEN org_id = 'BANK' THEN 0 ELSE 1 END, org_id) AS target_value
    FROM set_target
    WHERE org_level = 'BANK'
    GROUP BY indicator_id
)

SELECT
    of_unit.org_level,
    of_unit.org_id,
    of_unit.indicator_id,
    of_unit.target_value,
    CASE
        WHEN indicator.aggregate = 'sum' AND indicator.unit = 'amount' THEN 'AMOUNT'
        WHEN indicator.aggregate IN ('ratio', 'share') THEN 'RATE'
    END AS method
FROM of_unit
LEFT JOIN indicator ON indicator.indicator_id = of_unit.indicator_id
