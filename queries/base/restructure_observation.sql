-- name: restructure_observation
-- title: Restructured loans under observation | 重组贷款观察期
-- kind: base
-- keep: yes
-- params: period_end DATE, special_mention_dpd INT, observation_months INT, observation_instalments INT
-- source: 商业银行金融资产风险分类办法 (2023) Art. 20-23
-- edges: One row per loan and day with a RESTRUCTURE event. Observation begins on the first due date after the event and ends observation_months
--   later, but not before observation_instalments repayment periods have passed since: with 2 on the third due date of the observation, so that
--   yearly instalments are observed for two years. A payment missed up to and on the last day starts it anew on the next due date; missed is an
--   instalment not received in full special_mention_dpd days after its due date (up to these days it may be technical). The floor holds from the
--   event itself to observed_until, that day not included. observed_until is empty while the plan has too few due dates left. A loan without any
--   instalment is observed for observation_months from the event. Due dates are those of instalments not cancelled on or before them. Where no
--   payment at all is delivered nothing counts as missed. is_repeated: the event fell into the observation of an earlier one.

WITH restructure AS (
    SELECT DISTINCT loan_id, event_date AS restructured_on
    FROM loan_event
    WHERE event_type = 'RESTRUCTURE'
),

restructured_loan AS (
    SELECT loan_id, min(restructured_on) AS first_restructured_on
    FROM restructure
    GROUP BY loan_id
),

item AS (
    SELECT
        due.loan_id,
        due.schedule_version,
        due.instalment_no,
        due.due_date,
        due.cancelled_on,
        due.principal_due,
        due.interest_due,
        due.principal_owed,
        due.interest_owed,
        sum(due.principal_owed) OVER account - due.principal_owed AS principal_before,
        sum(due.interest_owed) OVER account - due.interest_owed AS interest_before
    FROM restructured_loan
    JOIN due ON due.loan_id = restructured_loan.loan_id
    WINDOW account AS (
        PARTITION BY due.loan_id, due.schedule_version
        ORDER BY due.due_date, due.instalment_no ROWS UNBOUNDED PRECEDING
    )
),

paid_item AS (
    SELECT
        item.loan_id,
        item.due_date,
        item.instalment_no,
        item.principal_due - least(item.principal_owed, coalesce(sum(cash.principal_paid), 0) - item.principal_before) AS principal_lacking,
        item.interest_due - least(item.interest_owed, coalesce(sum(cash.interest_paid), 0) - item.interest_before) AS interest_lacking
    FROM restructured_loan
    JOIN item ON item.loan_id = restructured_loan.loan_id
    LEFT JOIN cash
      ON cash.loan_id = item.loan_id
     AND cash.schedule_version = item.schedule_version
     AND cash.value_date <= item.due_date + CAST($special_mention_dpd AS INT)
     AND (item.cancelled_on IS NULL OR cash.value_date < item.cancelled_on)
    WHERE item.due_date > restructured_loan.first_restructured_on
      AND item.due_date < $period_end - CAST($special_mention_dpd AS INT)
      AND (item.cancelled_on IS NULL OR item.cancelled_on > item.due_date)
      AND (SELECT count(*) FROM payment) > 0
    GROUP BY
        item.loan_id,
        item.schedule_version,
        item.instalment_no,
        item.due_date,
        item.cancelled_on,
        item.principal_due,
        item.interest_due,
        item.principal_owed,
        item.interest_owed,
        item.principal_before,
        item.interest_before
),

missed AS (
    SELECT DISTINCT loan_id, due_date
    FROM paid_item
    WHERE principal_lacking > 0
       OR interest_lacking > 0
),

planned_loan AS (
    SELECT DISTINCT restructured_loan.loan_id
    FROM restructured_loan
    JOIN instalment ON instalment.loan_id = restructured_loan.loan_id
),

due_day AS (
    SELECT
        restructure.loan_id,
        restructure.restructured_on,
        instalment.due_date
    FROM restructure
    JOIN instalment
      ON instalment.loan_id = restructure.loan_id
     AND instalment.due_date > restructure.restructured_on
    WHERE (instalment.cancelled_on IS NULL OR instalment.cancelled_on > instalment.due_date)
      AND instalment.principal_due + coalesce(instalment.interest_due, 0) > 0
    GROUP BY restructure.loan_id, restructure.restructured_on, instalment.due_date
),

spelled AS (
    -- Every miss ends a spell; the next due date begins a new one.
    SELECT
        due_day.loan_id,
        due_day.restructured_on,
        due_day.due_date,
        missed.due_date IS NOT NULL AS is_missed,
        coalesce(sum(CASE WHEN missed.due_date IS NOT NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY due_day.loan_id, due_day.restructured_on
            ORDER BY due_day.due_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS spell_no
    FROM due_day
    LEFT JOIN missed ON missed.loan_id = due_day.loan_id AND missed.due_date = due_day.due_date
),

placed AS (
    SELECT
        loan_id,
        restructured_on,
        spell_no,
        due_date,
        is_missed,
        row_number() OVER (PARTITION BY loan_id, restructured_on, spell_no ORDER BY due_date) AS place
    FROM spelled
),

spell AS (
    SELECT
        loan_id,
        restructured_on,
        min(due_date) + CAST(concat(CAST($observation_months AS TEXT), ' months') AS INTERVAL) AS months_over_on,
        min(CASE WHEN place = CAST($observation_instalments AS INT) + 1 THEN due_date END) AS instalments_over_on,
        min(CASE WHEN is_missed THEN due_date END) AS missed_on
    FROM placed
    GROUP BY loan_id, restructured_on, spell_no
),

passed AS (
    SELECT
        loan_id,
        restructured_on,
        min(greatest(months_over_on, instalments_over_on)) AS observed_until
    FROM spell
    WHERE instalments_over_on IS NOT NULL
      AND (missed_on IS NULL OR missed_on > greatest(months_over_on, instalments_over_on))
    GROUP BY loan_id, restructured_on
),

observation AS (
    SELECT
        restructure.loan_id,
        restructure.restructured_on,
        CASE
            WHEN planned_loan.loan_id IS NULL
                THEN restructure.restructured_on + CAST(concat(CAST($observation_months AS TEXT), ' months') AS INTERVAL)
            ELSE passed.observed_until
        END AS observed_until
    FROM restructure
    LEFT JOIN planned_loan ON planned_loan.loan_id = restructure.loan_id
    LEFT JOIN passed
      ON passed.loan_id = restructure.loan_id
     AND passed.restructured_on = restructure.restructured_on
),

repeated AS (
    SELECT DISTINCT later.loan_id, later.restructured_on
    FROM observation AS later
    JOIN observation AS earlier ON earlier.loan_id = later.loan_id
    WHERE earlier.restructured_on < later.restructured_on
      AND (earlier.observed_until IS NULL OR earlier.observed_until > later.restructured_on)
)

SELECT
    observation.loan_id,
    observation.restructured_on,
    observation.observed_until,
    repeated.loan_id IS NOT NULL AS is_repeated
FROM observation
LEFT JOIN repeated
  ON repeated.loan_id = observation.loan_id
 AND repeated.restructured_on = observation.restructured_on
