-- The people of the course in `standing`, each once: teachers and students with an enrolment that counts, who are still
-- at the university.
member AS MATERIALIZED (
    SELECT enrolment.person_id, bool_or(enrolment.role = 'teacher') AS is_teacher, person.sort_key
      FROM standing
      JOIN learning_courseoffering link ON link.course_id = standing.id
      JOIN academics_enrolment enrolment ON enrolment.offering_id = link.offering_id
       AND enrolment.ended_at IS NULL
       AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
      JOIN academics_offering offering ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
      JOIN people_person person ON person.id = enrolment.person_id AND person.ended_at IS NULL
     WHERE %(group_id)s::bigint = 0
        OR EXISTS (SELECT FROM learning_coursegroup_members membership
                     JOIN learning_coursegroup course_group ON course_group.id = membership.coursegroup_id
                      AND course_group.course_id = standing.id
                    WHERE membership.person_id = enrolment.person_id
                      AND membership.coursegroup_id = %(group_id)s::bigint)
     GROUP BY enrolment.person_id, person.sort_key
)
