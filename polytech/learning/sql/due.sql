-- What the viewer (CTE `viewer`) still has to do as a student and that is due until %(due_until)s (a moment), the
-- overdue of the last week included. One row an element: element_id, course_id, course_title, title, kind, due_at,
-- minutes. Uses %(now)s and %(today)s.
due AS (
    SELECT element.id AS element_id,
           course.id AS course_id,
           course.title AS course_title,
           element.title,
           element.kind,
           element.due_at,
           element.duration_minutes AS minutes
      FROM (SELECT DISTINCT link.course_id, viewer.person_id
              FROM viewer
              JOIN academics_enrolment enrolment
                ON enrolment.person_id = viewer.person_id AND enrolment.role = 'student'
               AND enrolment.ended_at IS NULL
               AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
              JOIN academics_offering offering
                ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
              JOIN learning_courseoffering link ON link.offering_id = enrolment.offering_id) mine
      JOIN learning_course course ON course.id = mine.course_id AND course.published
      JOIN learning_element element
        ON element.course_id = course.id AND element.visible
       AND element.due_at BETWEEN %(now)s::timestamptz - interval '7 days' AND %(due_until)s::timestamptz
      JOIN learning_section section ON section.id = element.section_id AND section.visible
     WHERE NOT EXISTS (SELECT FROM learning_completion completion
                        WHERE completion.person_id = mine.person_id AND completion.element_id = element.id)
)
