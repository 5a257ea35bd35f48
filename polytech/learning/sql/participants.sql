-- The people of a course, teachers first, then by the Kazakh alphabet, a hundred at a time. Parameters: course_id,
-- after: the last person of the page before (0: from the beginning), group_id: only this group (0: all).
SELECT json_build_object(
           'course', json_build_object('id', standing.id, 'title', standing.title),
           'sees_hidden', standing.sees_hidden,
           'students', (SELECT count(*) FROM member WHERE NOT member.is_teacher),
           'groups', (SELECT coalesce(json_agg(json_build_array(course_group.id, course_group.title)
                                               ORDER BY course_group.title, course_group.id), '[]')
                        FROM learning_coursegroup course_group WHERE course_group.course_id = standing.id),
           'people', (SELECT coalesce(json_agg(json_build_array(
                                 person.id,
                                 page_member.is_teacher,
                                 coalesce(
                                     nullif(CASE %(language)s
                                            WHEN 'ru' THEN concat_ws(' ', nullif(person.family_ru, ''),
                                                                     nullif(person.given_ru, ''),
                                                                     nullif(person.middle_ru, ''))
                                            WHEN 'en' THEN concat_ws(' ', nullif(person.family_latin, ''),
                                                                     nullif(person.given_latin, '')) END, ''),
                                     nullif(concat_ws(' ', nullif(person.family_kk, ''), nullif(person.given_kk, ''),
                                                      nullif(person.middle_kk, '')), ''),
                                     nullif(concat_ws(' ', nullif(person.family_ru, ''), nullif(person.given_ru, '')), ''),
                                     nullif(concat_ws(' ', nullif(person.family_latin, ''),
                                                      nullif(person.given_latin, '')), ''),
                                     person.username),
                                 (SELECT coalesce(json_agg(course_group.title ORDER BY course_group.title), '[]')
                                    FROM learning_coursegroup_members membership
                                    JOIN learning_coursegroup course_group
                                      ON course_group.id = membership.coursegroup_id
                                     AND course_group.course_id = standing.id
                                   WHERE membership.person_id = person.id))
                                 ORDER BY page_member.is_teacher DESC, page_member.sort_key, page_member.person_id),
                             '[]')
                        FROM (SELECT member.* FROM member
                               WHERE (%(after)s::bigint = 0
                                      OR (NOT member.is_teacher, member.sort_key, member.person_id)
                                       > (SELECT NOT last.is_teacher, last.sort_key, last.person_id
                                            FROM member last WHERE last.person_id = %(after)s::bigint))
                               ORDER BY member.is_teacher DESC, member.sort_key, member.person_id
                               LIMIT 101) page_member
                        JOIN people_person person ON person.id = page_member.person_id)
       ) AS body
  FROM standing
