WITH held AS (
    SELECT
        assignment.officer_id,
        sum(assignment.share) AS n_alert,
        sum(CASE WHEN outcome.outcome = 'TP' THEN assignment.share ELSE 0 END) AS tp,
        sum(CASE WHEN outcome.outcome = 'LATE' THEN assignment.share ELSE 0 END) AS late,
        sum(CASE WHEN outcome.outcome = 'FP' THEN assignment.share ELSE 0 END) AS fp
    FROM outcome
    JOIN assignment
      ON assignment.loan_id = outcome.loan_id
     AND assignment.valid_from <= outcome.first_at
     AND assignment.valid_to > outcome.first_at
    WHERE outcome.sig = 'ALL'
    GROUP BY assignment.officer_id
)

SELECT officer_id, n_alert, tp, late, fp, CASE WHEN tp + late + fp > 0 THEN tp / (tp + late + fp) END AS precision_useful
FROM held
