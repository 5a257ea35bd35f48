-- How the viewer (CTE `viewer`) stands to the course %(course_id)s: one row when the course is there, and `reads` says
-- whether for this viewer. The same rules stand in access.py; tests/learning/test_access.py holds the two together.
-- An enrolment counts until it or its offering is ended, or its last day is over. Offices see the courses of their unit and below.
course_seen AS MATERIALIZED (
    SELECT course.*,
           viewer.person_id,
           own.teaches,
           own.studies,
           own.offering_id,
           EXISTS (SELECT FROM json_array_elements(viewer.grants) AS held
                    WHERE held->>0 IN ('methodologist', 'quality', 'administrator', 'dean')
                      AND (held->>1 IS NULL OR (held->>1)::bigint IN (
                          WITH RECURSIVE above AS (
                              SELECT unnest(ARRAY[discipline.org_id, offering.org_id, taught.org_id]) AS id
                                FROM (SELECT) AS one
                                LEFT JOIN academics_discipline discipline ON discipline.id = course.discipline_id
                                LEFT JOIN learning_courseoffering link ON link.course_id = course.id
                                LEFT JOIN academics_offering offering ON offering.id = link.offering_id
                                LEFT JOIN academics_discipline taught ON taught.id = offering.discipline_id
                              UNION
                              SELECT unit.parent_id FROM people_orgunit unit JOIN above ON above.id = unit.id
                          )
                          SELECT above.id FROM above WHERE above.id IS NOT NULL))) AS oversees,
           EXISTS (SELECT FROM academics_studentprogramme place
                     JOIN academics_enrolment enrolment
                       ON enrolment.person_id = place.person_id AND enrolment.ended_at IS NULL
                      AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
                      AND enrolment.role = 'student'
                     JOIN academics_offering offering
                       ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
                     JOIN learning_courseoffering link
                       ON link.offering_id = enrolment.offering_id AND link.course_id = course.id
                    WHERE place.adviser_id = viewer.person_id AND place.ended_at IS NULL) AS advises
      FROM viewer
      JOIN learning_course course ON course.id = %(course_id)s
     CROSS JOIN LATERAL (
           SELECT coalesce(bool_or(enrolment.role = 'teacher'), false) AS teaches,
                  coalesce(bool_or(enrolment.role = 'student'), false) AS studies,
                  min(enrolment.offering_id) AS offering_id
             FROM learning_courseoffering link
             JOIN academics_enrolment enrolment
               ON enrolment.offering_id = link.offering_id AND enrolment.person_id = viewer.person_id
              AND enrolment.ended_at IS NULL
              AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
             JOIN academics_offering offering ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
            WHERE link.course_id = course.id) own
),
standing AS MATERIALIZED (
    SELECT course_seen.*, course_seen.teaches OR course_seen.oversees AS sees_hidden
      FROM course_seen
     WHERE course_seen.teaches OR course_seen.oversees
        OR (course_seen.published AND (course_seen.studies OR course_seen.advises))
)
