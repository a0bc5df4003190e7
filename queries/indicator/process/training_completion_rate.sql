-- name: training_completion_rate
-- title: Training completed | 培训完成率
-- kind: indicator
-- dimension: PROCESS
-- better: higher
-- unit: ratio
-- owner: the officer to be trained
-- needs: training_record.completed_on
-- params: period_start DATE, period_end DATE
-- source: 银行贷后管理绩效考核 员工培训
-- edges: Hours of the mandatory courses due in the period; a course counts if completed on its due date or before, later it does not. A course without hours
--   is one hour, one of which it is not told whether it is mandatory is. Courses due before the officer was hired or after the officer left do not count. Of an
--   officer hired inside the period only as much is required as the days from then to the period end are of the period; hours completed count up to that,
--   spread over the courses completed.

WITH course AS (
    SELECT
        training_record.officer_id,
        training_record.course_id,
        coalesce(training_record.hours, 1) AS hours,
        coalesce(training_record.completed_on <= training_record.due_on, FALSE) AS is_completed,
        CAST($period_end - greatest(coalesce(officer.hired_on, $period_start), $period_start) + 1 AS INT) AS n_served
    FROM training_record
    LEFT JOIN officer ON officer.officer_id = training_record.officer_id
    WHERE training_record.due_on BETWEEN $period_start AND $period_end
      AND coalesce(training_record.mandatory, TRUE)
      AND (officer.hired_on IS NULL OR officer.hired_on <= training_record.due_on)
      AND (officer.left_on IS NULL OR officer.left_on >= training_record.due_on)
),

programme AS (
    SELECT
        officer_id,
        sum(hours) AS hours,
        sum(CASE WHEN is_completed THEN hours ELSE 0 END) AS completed_hours
    FROM course
    GROUP BY officer_id
)

SELECT
    course.officer_id,
    concat(course.course_id, '/', course.officer_id) AS key,
    CASE
        WHEN NOT course.is_completed THEN CAST(0 AS DECIMAL(38,12))
        WHEN programme.completed_hours * reporting_date.n_days <= programme.hours * course.n_served THEN CAST(course.hours AS DECIMAL(38,12))
        ELSE CAST(CAST(course.hours * programme.hours * course.n_served AS DECIMAL(28,12))
            / (programme.completed_hours * reporting_date.n_days) AS DECIMAL(38,12))
    END AS numerator,
    CAST(CAST(course.hours * course.n_served AS DECIMAL(28,12)) / reporting_date.n_days AS DECIMAL(38,12)) AS denominator
FROM programme
JOIN course ON course.officer_id = programme.officer_id
CROSS JOIN reporting_date
