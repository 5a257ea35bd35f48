-- The list of courses: the viewer's own of the running periods with progress (cards), those of earlier periods that
-- still are open to the viewer, the disciplines for which a student waits (no course, or a draft), and for offices the
-- courses of their unit and below, by title, fifty at a time.
-- Parameters: search ("" for all; a LIKE pattern otherwise), after_id: the last row of the page before, or 0.
SELECT json_build_object(
           'cards', (SELECT coalesce(json_agg(row_to_json(course_cards) ORDER BY course_cards.title,
                                              course_cards.course_id), '[]') FROM course_cards),
           'earlier', (SELECT coalesce(json_agg(json_build_array(earlier.id, earlier.title, earlier.period)
                                                ORDER BY earlier.ends_on DESC, earlier.title, earlier.id), '[]')
                         FROM (SELECT DISTINCT ON (course.id) course.id, course.title, period.title AS period,
                                      period.ends_on
                                 FROM viewer
                                 JOIN academics_enrolment enrolment
                                   ON enrolment.person_id = viewer.person_id AND enrolment.ended_at IS NULL
                                  AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
                                 JOIN learning_courseoffering link ON link.offering_id = enrolment.offering_id
                                 JOIN learning_course course
                                   ON course.id = link.course_id
                                  AND (course.published OR enrolment.role = 'teacher')
                                 JOIN academics_offering offering
                                   ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
                                 JOIN academics_academicperiod period
                                   ON period.id = offering.period_id AND period.ends_on < %(today)s
                                WHERE NOT EXISTS (SELECT FROM course_cards WHERE course_cards.course_id = course.id)
                                ORDER BY course.id, period.ends_on DESC) earlier),
           'awaited', (SELECT coalesce(json_agg(json_build_array(discipline.title, offering.code, teacher.name)
                                                ORDER BY offering.code, offering.id), '[]')
                         FROM running offering
                         JOIN academics_discipline discipline ON discipline.id = offering.discipline_id
                         LEFT JOIN LATERAL (
                              SELECT json_build_object(
                                         'kk', concat_ws(' ', nullif(person.given_kk, ''), nullif(person.family_kk, '')),
                                         'ru', concat_ws(' ', nullif(person.given_ru, ''), nullif(person.family_ru, '')),
                                         'en', concat_ws(' ', nullif(person.given_latin, ''),
                                                         nullif(person.family_latin, ''))) AS name
                                FROM academics_enrolment taught
                                JOIN people_person person ON person.id = taught.person_id
                               WHERE taught.offering_id = offering.id AND taught.role = 'teacher'
                                 AND taught.ended_at IS NULL
                               ORDER BY taught.is_primary DESC, taught.id
                               LIMIT 1) teacher ON true
                        WHERE offering.role = 'student'
                          AND NOT EXISTS (SELECT FROM learning_courseoffering link
                                            JOIN learning_course course
                                              ON course.id = link.course_id AND course.published
                                           WHERE link.offering_id = offering.id)),
           'to_build', (SELECT coalesce(json_agg(json_build_array(offering.id, offering.title, offering.code)
                                                 ORDER BY offering.code, offering.id), '[]')
                          FROM running offering
                         WHERE offering.role = 'teacher'
                           AND NOT EXISTS (SELECT FROM learning_courseoffering link
                                            WHERE link.offering_id = offering.id)),
           'oversees', (SELECT oversight.whole OR oversight.units <> '{}' FROM oversight),
           'all', (SELECT coalesce(json_agg(json_build_array(found.id, found.title, found.published, found.countable)
                                            ORDER BY found.title, found.id), '[]')
                     FROM (SELECT course.id, course.title, course.published, course.countable
                             FROM learning_course course
                            WHERE (SELECT oversight.whole OR oversight.units <> '{}' FROM oversight)
                              AND (%(search)s::text = '' OR course.title ILIKE %(search)s::text)
                              AND (%(after_id)s::bigint = 0
                                   OR (course.title, course.id) > (SELECT last.title, last.id FROM learning_course last
                                                                    WHERE last.id = %(after_id)s::bigint))
                              AND ((SELECT oversight.whole FROM oversight)
                                   OR EXISTS (SELECT FROM academics_discipline discipline
                                               WHERE discipline.id = course.discipline_id
                                                 AND discipline.org_id IN (SELECT below.id FROM below))
                                   OR EXISTS (SELECT FROM learning_courseoffering link
                                                JOIN academics_offering offering ON offering.id = link.offering_id
                                                JOIN academics_discipline discipline
                                                  ON discipline.id = offering.discipline_id
                                               WHERE link.course_id = course.id
                                                 AND (offering.org_id IN (SELECT below.id FROM below)
                                                      OR discipline.org_id IN (SELECT below.id FROM below))))
                            ORDER BY course.title, course.id
                            LIMIT 51) found)
       ) AS body
  FROM viewer
