"""The statements of the home page and the timetable, composed of the rooms' fragments: one round trip each."""

from polytech.academics.api import TERM_SQL, days_sql, today_sql
from polytech.kernel.text import pick_sql
from polytech.learning.api import COURSE_CARDS_SQL, DUE_SQL
from polytech.messaging.api import ANNOUNCEMENTS_SQL

MOST_CARDS = 12
MOST_DUE = 6

# The course in which the offering of a class is taught, where the viewer may open it.
COURSE_OF_CLASS_SQL = """
(SELECT link.course_id
   FROM learning_courseoffering link
   JOIN learning_course course ON course.id = link.course_id
  WHERE link.offering_id = mine.offering_id AND (course.published OR mine.role = 'teacher'))"""

TIMETABLE_SQL = f"""
SELECT json_build_object('classes', ({days_sql(COURSE_OF_CLASS_SQL)}), 'term', ({TERM_SQL})) AS body FROM viewer"""

# What the viewer studies: the programme that began last.
STUDY_SQL = f"""
SELECT json_build_object('code', programme.code, 'title', {pick_sql("programme.title")},
                         'form', study.study_form, 'year', study.study_year)
  FROM academics_studentprogramme study
  JOIN academics_programme programme ON programme.id = study.programme_id
 WHERE study.person_id = viewer.person_id AND study.ended_at IS NULL
   AND (study.ends_on IS NULL OR study.ends_on >= %(today)s)
 ORDER BY study.starts_on DESC NULLS LAST, study.id DESC
 LIMIT 1"""

# Offerings of the running periods that the viewer teaches and that have no course in the portal.
WITHOUT_COURSE_SQL = f"""
SELECT coalesce(json_agg(json_build_object('id', bare.id, 'code', bare.code, 'title', bare.title)), '[]')
  FROM (SELECT offering.id, offering.code, {pick_sql("discipline.title")} AS title
          FROM academics_enrolment enrolment
          JOIN academics_offering offering ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
          JOIN academics_academicperiod period ON period.id = offering.period_id AND period.ends_on >= %(today)s
          JOIN academics_discipline discipline ON discipline.id = offering.discipline_id
         WHERE enrolment.person_id = viewer.person_id AND enrolment.role = 'teacher' AND enrolment.ended_at IS NULL
           AND NOT EXISTS (SELECT FROM learning_courseoffering link WHERE link.offering_id = offering.id)
         ORDER BY offering.code, offering.id
         LIMIT 20) bare"""

# Imports of the viewer that run, or ended in the last week.
IMPORTS_SQL = """
SELECT coalesce(json_agg(json_build_object('id', found.id, 'course', found.course_id, 'source', found.source,
                                           'state', found.state) ORDER BY found.id DESC), '[]')
  FROM moodle_moodleimport found
 WHERE found.started_by_id = viewer.person_id
   AND (found.finished_at IS NULL OR found.finished_at > %(now)s::timestamptz - interval '7 days')"""

HOME_SQL = f"""
WITH {COURSE_CARDS_SQL},
{DUE_SQL}
SELECT json_build_object(
           'today', ({today_sql(COURSE_OF_CLASS_SQL)}),
           'cards', (SELECT coalesce(json_agg(to_json(card) ORDER BY card.as_teacher DESC, card.title, card.course_id),
                                     '[]')
                       FROM (SELECT * FROM course_cards
                              ORDER BY course_cards.as_teacher DESC, course_cards.title, course_cards.course_id
                              LIMIT {MOST_CARDS + 1}) card),
           'due', (SELECT coalesce(json_agg(to_json(near) ORDER BY near.due_at, near.element_id), '[]')
                     FROM (SELECT * FROM due ORDER BY due.due_at, due.element_id LIMIT {MOST_DUE}) near),
           'announcements', ({ANNOUNCEMENTS_SQL}),
           'study', ({STUDY_SQL}),
           'without_course', ({WITHOUT_COURSE_SQL}),
           'imports', ({IMPORTS_SQL})
       ) AS body
  FROM viewer"""
