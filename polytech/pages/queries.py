"""The statements of the home page and the timetable, composed of the rooms' fragments: one round trip each."""

from polytech.academics.api import TERM_SQL, days_sql

# The course in which the offering of a class is taught, where the viewer may open it.
COURSE_OF_CLASS_SQL = """
(SELECT link.course_id
   FROM learning_courseoffering link
   JOIN learning_course course ON course.id = link.course_id
  WHERE link.offering_id = mine.offering_id AND (course.published OR mine.role = 'teacher'))"""

TIMETABLE_SQL = f"""
SELECT json_build_object('classes', ({days_sql(COURSE_OF_CLASS_SQL)}), 'term', ({TERM_SQL})) AS body FROM viewer"""
