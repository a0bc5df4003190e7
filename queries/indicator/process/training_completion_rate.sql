-- name: training_completion_rate
-- title: Training completed | 培训完成率
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: ratio
-- owner: the officer to be trained
-- needs: training_record.hours
-- params: period_start DATE, period_end DATE
-- source: the article 员工培训
-- edges: Hours of the mandatory courses due in the period; a course counts if completed by its due date or by the period end. A course
--   without hours counts as one hour; courses that are not mandatory, or due before the officer was hired, do not count.

SELECT
    training_record.officer_id,
    training_record.course_id AS key,
    CASE WHEN training_record.completed_on <= $period_end THEN CAST(coalesce(training_record.hours, 1) AS DECIMAL(38,12)) ELSE CAST(0 AS DECIMAL(38,12)) END AS numerator,
    CAST(coalesce(training_record.hours, 1) AS DECIMAL(38,12)) AS denominator
FROM training_record
LEFT JOIN officer ON officer.officer_id = training_record.officer_id
WHERE training_record.due_on BETWEEN $period_start AND $period_end
  AND coalesce(training_record.mandatory, TRUE)
  AND (officer.hired_on IS NULL OR officer.hired_on <= training_record.due_on)
