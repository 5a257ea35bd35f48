-- The courses of the running periods that the viewer (CTE `viewer`) studies or teaches, with the progress of a student.
-- One row a course: course_id, title, as_teacher, credits, teacher (json of names by language), starts_on, done, total,
-- next_id, next_title, next_kind, next_minutes, next_bytes. Uses %(today)s.
course_cards AS (
    SELECT course.id AS course_id,
           course.title,
           course.published,
           mine.as_teacher,
           discipline.credits,
           (SELECT json_build_object(
                       'kk', concat_ws(' ', nullif(person.given_kk, ''), nullif(person.family_kk, '')),
                       'ru', concat_ws(' ', nullif(person.given_ru, ''), nullif(person.family_ru, '')),
                       'en', concat_ws(' ', nullif(person.given_latin, ''), nullif(person.family_latin, '')))
              FROM academics_enrolment enrolment
              JOIN people_person person ON person.id = enrolment.person_id
             WHERE enrolment.offering_id = mine.offering_id AND enrolment.role = 'teacher'
               AND enrolment.ended_at IS NULL
             ORDER BY enrolment.is_primary DESC, enrolment.id
             LIMIT 1) AS teacher,
           mine.starts_on,
           CASE WHEN NOT mine.as_teacher THEN coalesce(progress.done, live.done) END AS done,
           course.countable AS total,
           next.id AS next_id,
           next.title AS next_title,
           next.kind AS next_kind,
           next.duration_minutes AS next_minutes,
           next.size_bytes AS next_bytes
      FROM (SELECT link.course_id,
                   bool_or(enrolment.role = 'teacher') AS as_teacher,
                   min(enrolment.offering_id) AS offering_id,
                   min(enrolment.person_id) AS person_id,
                   min(period.starts_on) AS starts_on
              FROM viewer
              JOIN academics_enrolment enrolment
                ON enrolment.person_id = viewer.person_id AND enrolment.ended_at IS NULL
               AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
              JOIN learning_courseoffering link ON link.offering_id = enrolment.offering_id
              JOIN academics_offering offering
                ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
              JOIN academics_academicperiod period ON period.id = offering.period_id AND period.ends_on >= %(today)s
             GROUP BY link.course_id) mine
      JOIN learning_course course ON course.id = mine.course_id AND (course.published OR mine.as_teacher)
      LEFT JOIN academics_discipline discipline ON discipline.id = course.discipline_id
      -- The summary, unless the course has changed since; then the completions themselves.
      LEFT JOIN learning_progress progress
        ON progress.person_id = mine.person_id AND progress.course_id = course.id
       AND progress.version = course.version
      LEFT JOIN LATERAL (
           SELECT count(completion.id) AS done,
                  (array_agg(element.id ORDER BY section.position, element.position)
                       FILTER (WHERE completion.id IS NULL))[1] AS next_element_id
             FROM learning_element element
             JOIN learning_section section ON section.id = element.section_id AND section.visible
             LEFT JOIN learning_completion completion
               ON completion.element_id = element.id AND completion.person_id = mine.person_id
            WHERE element.course_id = course.id AND element.visible AND element.kind <> 'label'
              AND progress.id IS NULL AND NOT mine.as_teacher) live ON true
      LEFT JOIN learning_element next
        ON next.id = CASE WHEN progress.id IS NULL THEN live.next_element_id ELSE progress.next_element_id END
)
