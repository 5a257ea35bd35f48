-- Offerings of running periods whose students have nothing to read (R1-09), as a set: rows of learning_accessgap are
-- added, refreshed and, when mended, removed. Parameters: now, today.
WITH gap AS (
    SELECT offering.id AS offering_id,
           CASE WHEN course.id IS NULL THEN 'no-course'
                WHEN NOT course.published THEN 'unpublished'
                ELSE 'empty' END AS reason,
           count(DISTINCT enrolment.person_id) AS students
      FROM academics_offering offering
      JOIN academics_academicperiod period
        ON period.id = offering.period_id AND %(today)s BETWEEN period.starts_on AND period.ends_on
      JOIN academics_enrolment enrolment
        ON enrolment.offering_id = offering.id AND enrolment.role = 'student' AND enrolment.ended_at IS NULL
       AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
      LEFT JOIN learning_courseoffering link ON link.offering_id = offering.id
      LEFT JOIN learning_course course ON course.id = link.course_id
     WHERE offering.ended_at IS NULL
       AND (course.id IS NULL OR NOT course.published OR course.countable = 0)
     GROUP BY offering.id, course.id
),
mended AS (
    DELETE FROM learning_accessgap WHERE offering_id NOT IN (SELECT gap.offering_id FROM gap)
),
found AS (
    INSERT INTO learning_accessgap (offering_id, reason, students, found_at, checked_at)
    SELECT gap.offering_id, gap.reason, gap.students, %(now)s, %(now)s FROM gap
        ON CONFLICT (offering_id) DO UPDATE
       SET found_at = CASE WHEN learning_accessgap.reason = excluded.reason THEN learning_accessgap.found_at
                           ELSE excluded.found_at END,
           reason = excluded.reason, students = excluded.students, checked_at = excluded.checked_at
)
SELECT count(*) FROM gap
