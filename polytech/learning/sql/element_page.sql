-- One element of a course the viewer reads, with what is before and after it. Labels stand on the course page only, so
-- they are no stations of the way. What is not open yet keeps its contents. Parameters: course_id, element_id, and
-- chapter_id: which chapter of a book is shown (0: its first).
SELECT json_build_object(
           'course', json_build_object('id', standing.id, 'title', standing.title, 'version', standing.version),
           'sees_hidden', standing.sees_hidden,
           'studies', standing.studies,
           'section', json_build_object('id', here.section_id, 'week', here.week, 'title', here.section_title),
           'id', element.id,
           'kind', element.kind,
           'title', element.title,
           'locked', here.locked,
           'body_html', CASE WHEN here.locked THEN '' ELSE element.body_html END,
           'url', CASE WHEN here.locked THEN '' ELSE element.url END,
           'minutes', element.duration_minutes,
           'bytes', element.size_bytes,
           'opens_at', element.opens_at,
           'due_at', element.due_at,
           'visible', here.shown,
           'completed_at', (SELECT completion.completed_at FROM learning_completion completion
                             WHERE completion.person_id = standing.person_id
                               AND completion.element_id = element.id),
           'previous', here.previous,
           'next', here.next,
           'chapters', (SELECT coalesce(json_agg(json_build_array(chapter.id, chapter.title, chapter.is_subchapter)
                                                 ORDER BY chapter.position), '[]')
                          FROM learning_chapter chapter
                         WHERE chapter.element_id = element.id AND NOT here.locked),
           'chapter', (SELECT json_build_object('id', chapter.id, 'title', chapter.title,
                                                'body_html', chapter.body_html)
                         FROM learning_chapter chapter
                        WHERE chapter.element_id = element.id AND NOT here.locked
                          AND (chapter.id = %(chapter_id)s::bigint OR %(chapter_id)s::bigint = 0)
                        ORDER BY chapter.position
                        LIMIT 1),
           'files', (SELECT coalesce(json_agg(json_build_array(file.id, file.path, blob.size_bytes, blob.media_type)
                                              ORDER BY file.path, file.id), '[]')
                       FROM learning_coursefile file
                       JOIN files_blob blob ON blob.id = file.blob_id
                      WHERE file.element_id = element.id AND NOT file.embedded AND NOT here.locked)
       ) AS body
  FROM standing
  JOIN (SELECT station.id, station.section_id, section.week, section.title AS section_title,
               section.visible AND station.visible AS shown,
               coalesce(station.opens_at > %(now)s, false) AND NOT standing.sees_hidden AS locked,
               lag(json_build_array(station.id, station.title, station.kind)) OVER way AS previous,
               lead(json_build_array(station.id, station.title, station.kind)) OVER way AS next
          FROM standing
          JOIN learning_section section ON section.course_id = standing.id
          JOIN learning_element station ON station.section_id = section.id
         WHERE (section.visible AND station.visible OR standing.sees_hidden)
           AND (station.kind <> 'label' OR station.id = %(element_id)s)
        WINDOW way AS (ORDER BY section.position, station.position, station.id)) here ON here.id = %(element_id)s
  JOIN learning_element element ON element.id = here.id
