-- The course page: its head, what the reader has completed, and, only when this process keeps another version of it,
-- the body that all readers of one kind share. Parameters: course_id, kept_shown, kept_hidden: the versions that the
-- process keeps without and with hidden things (0: none).
SELECT json_build_object(
           'id', standing.id,
           'title', standing.title,
           'version', standing.version,
           'sees_hidden', standing.sees_hidden,
           'studies', standing.studies,
           'teaches', standing.teaches,
           'oversees', standing.oversees,
           'reads_grades', standing.teaches OR standing.oversees,
           'published', standing.published,
           'total', standing.countable,
           'done', (SELECT coalesce(json_agg(completion.element_id ORDER BY completion.element_id), '[]')
                      FROM learning_completion completion
                     WHERE completion.person_id = standing.person_id AND completion.course_id = standing.id),
           'discipline', (SELECT json_build_object(
                                     'title', discipline.title,
                                     'credits', discipline.credits,
                                     'outcomes', (SELECT coalesce(json_agg(json_build_array(outcome.code, outcome.text)
                                                                           ORDER BY outcome.position, outcome.id), '[]')
                                                    FROM academics_learningoutcome outcome
                                                   WHERE outcome.discipline_id = discipline.id
                                                     AND outcome.ended_at IS NULL))
                            FROM academics_discipline discipline
                           WHERE discipline.id = coalesce(standing.discipline_id, taught.discipline_id)),
           'offering', CASE WHEN taught.id IS NOT NULL THEN json_build_object(
               'starts_on', period.starts_on,
               'ends_on', period.ends_on,
               'teachers', (SELECT coalesce(json_agg(json_build_object(
                                       'kk', concat_ws(' ', nullif(person.given_kk, ''), nullif(person.family_kk, '')),
                                       'ru', concat_ws(' ', nullif(person.given_ru, ''), nullif(person.family_ru, '')),
                                       'en', concat_ws(' ', nullif(person.given_latin, ''),
                                                       nullif(person.family_latin, '')))
                                       ORDER BY enrolment.is_primary DESC, person.sort_key, person.id), '[]')
                              FROM academics_enrolment enrolment
                              JOIN people_person person ON person.id = enrolment.person_id
                             WHERE enrolment.offering_id = taught.id AND enrolment.role = 'teacher'
                               AND enrolment.ended_at IS NULL
                               AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)),
               'slots', (SELECT coalesce(json_agg(json_build_array(
                                    slot.format, slot.weekday, slot.parity, slot.starts_on, slot.ends_on,
                                    extract(epoch FROM slot.ends_at - slot.starts_at)::int / 60)
                                    ORDER BY slot.id), '[]')
                           FROM academics_slot slot
                          WHERE slot.offering_id = taught.id AND slot.ended_at IS NULL)) END,
           'sections', CASE WHEN standing.version
                              IS DISTINCT FROM CASE WHEN standing.sees_hidden THEN %(kept_hidden)s::bigint
                                                    ELSE %(kept_shown)s::bigint END
                            THEN (
               SELECT coalesce(json_agg(json_build_object(
                          'id', section.id, 'week', section.week, 'title', section.title,
                          'summary_html', section.summary_html, 'visible', section.visible,
                          'elements', (
                              SELECT coalesce(json_agg(json_build_array(
                                         element.id, element.kind, element.title, element.duration_minutes,
                                         element.size_bytes, element.opens_at, element.due_at, element.visible,
                                         CASE WHEN element.kind = 'label' THEN element.body_html END)
                                         ORDER BY element.position, element.id), '[]')
                                FROM learning_element element
                               WHERE element.section_id = section.id AND (element.visible OR standing.sees_hidden)))
                          ORDER BY section.position, section.id), '[]')
                 FROM learning_section section
                WHERE section.course_id = standing.id AND (section.visible OR standing.sees_hidden)) END
       ) AS body
  FROM standing
  LEFT JOIN LATERAL (
       SELECT offering.*
         FROM learning_courseoffering link
         JOIN academics_offering offering ON offering.id = link.offering_id
        WHERE link.course_id = standing.id
        ORDER BY link.offering_id = standing.offering_id DESC NULLS LAST, offering.id
        LIMIT 1) taught ON true
  LEFT JOIN academics_academicperiod period ON period.id = taught.period_id
