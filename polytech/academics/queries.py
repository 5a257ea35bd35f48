"""Reads of the timetable: SQL fragments for pages that are one statement, and plain queries."""

from pathlib import Path

from django.conf import settings

from polytech.academics.access import ADVISE
from polytech.academics.models import StudyForm
from polytech.kernel.text import pick, pick_sql
from polytech.people.api import Viewer, name_in_lists

NO_COURSE = "NULL::bigint"


def _statement(name: str) -> str:
    """The statement of a file in sql/, without its comments, with `%` doubled where it is no placeholder."""
    text = (Path(__file__).parent / "sql" / f"{name}.sql").read_text()
    lines = (line.partition("--")[0].strip() for line in text.splitlines())
    return " ".join(line for line in lines if line).replace("%", "%%").replace("%%(", "%(")


_CLASSES = _statement("classes")
_CANDIDATES = _statement("candidates")
_FIRST_DAYS = _statement("first_days")


def short_name_sql(person: str) -> str:
    """`G. Akhmetova` in the reader's language (`%(language)s`), with what the other scripts have where it is empty."""

    def name(script: str) -> str:
        return (
            f"nullif(concat_ws(' ', left(nullif({person}.given_{script}, ''), 1) || '.', "
            f"nullif({person}.family_{script}, '')), '')"
        )

    own = f"CASE %(language)s WHEN 'ru' THEN {name('ru')} WHEN 'en' THEN {name('latin')} END"
    return f"coalesce({own}, {name('kk')}, {name('ru')}, {name('latin')}, {person}.username)"


_CLASS_JSON = f"""
json_build_object(
    'slot', flagged.slot_id, 'offering', flagged.offering_id, 'day', flagged.day,
    'starts', to_char(flagged.starts_at, 'HH24:MI'), 'ends', to_char(flagged.ends_at, 'HH24:MI'),
    'kind', flagged.kind, 'format', flagged.format, 'role', flagged.role,
    'title', {pick_sql("discipline.title")},
    'groups', CASE WHEN flagged.role = 'teacher' THEN (
        SELECT json_agg(grouped.code ORDER BY grouped.code) FROM academics_offering grouped
         WHERE grouped.id = ANY (flagged.offerings) AND grouped.code <> '') END,
    'room', room.name, 'link', CASE WHEN flagged.link ~ '^https?://' THEN flagged.link END,
    'teacher', CASE WHEN teacher.id IS NOT NULL THEN {short_name_sql("teacher")} END,
    'course', flagged.course, 'alternate', flagged.alternate,
    'now', flagged.is_now, 'next', flagged.is_next, 'past', flagged.is_past, 'open', flagged.is_open
)"""

_CLASSES_JSON = f"""
SELECT coalesce(json_agg({_CLASS_JSON} ORDER BY flagged.day, flagged.starts_at, flagged.slot_id), '[]')
  FROM flagged
  JOIN academics_offering offering ON offering.id = flagged.offering_id
  JOIN academics_discipline discipline ON discipline.id = offering.discipline_id
  LEFT JOIN academics_room room ON room.id = flagged.room_id
  LEFT JOIN people_person teacher ON teacher.id = flagged.teacher_id"""


def _candidates(first: str) -> str:
    return _CANDIDATES.replace(":from", first)


def _classes(days: str, course: str) -> str:
    return _CLASSES.replace(":days", days).replace(":course", course)


def today_sql(course: str = NO_COURSE) -> str:
    """A scalar query for a page's statement: today's classes of the viewer, else those of the next day that has some.

    Its value is `{"day": date or null, "classes": […], "following": date or null}`; `following` is the first day
    after today with a class. Parameters: those of `read_page` and `CLOCK_PARAMETERS`.

    Args:
        course: an expression over `mine.offering_id` that gives the course of an offering; from a room above.
    """
    return f"""
WITH {_candidates("%(today)s::date")},
{_FIRST_DAYS},
{_classes("SELECT first_days.day FROM first_days", course)},
shown AS ({_CLASSES_JSON})
SELECT json_build_object(
    'day', first_days.day,
    'classes', (SELECT * FROM shown),
    'following', first_days.following
)
  FROM first_days"""


def days_sql(course: str = NO_COURSE) -> str:
    """A scalar query for a page's statement: the viewer's classes from `%(from)s` to `%(until)s`, both included."""
    days = "SELECT generate_series(%(from)s::timestamp, %(until)s::timestamp, interval '1 day')::date AS day"
    return f"WITH {_candidates('%(from)s::date')}, {_classes(days, course)} {_CLASSES_JSON}"


TERM_SQL = f"""
SELECT json_build_object(
           'title', {pick_sql("period.title")}, 'starts', period.starts_on, 'ends', period.ends_on,
           'week', (%(from)s::date - date_trunc('week', period.starts_on)::date) / 7 + 1,
           'weeks', (period.ends_on - date_trunc('week', period.starts_on)::date) / 7 + 1
       )
  FROM academics_academicperiod period
 WHERE period.kind = 'term' AND period.ended_at IS NULL
   AND daterange(period.starts_on, period.ends_on, '[]') && daterange(%(from)s::date, %(until)s::date, '[]')
 ORDER BY period.starts_on DESC
 LIMIT 1"""
"""A scalar query: the term that holds the days asked for, and which of its weeks begins on `%(from)s`."""

CLOCK_PARAMETERS = {"zone": settings.TIME_ZONE}

ADVISED_A_PAGE = 100


def advised_page(viewer: Viewer, page: int) -> tuple[list[dict[str, object]], int]:
    """The students whom the viewer advises, in the order of the Kazakh alphabet, and how many there are.

    Args:
        page: from 1, of `ADVISED_A_PAGE` students.
    """
    found = ADVISE.visible(viewer)
    rows = found.select_related("person", "programme").order_by("person__sort_key", "person_id", "pk")
    shown = rows[(page - 1) * ADVISED_A_PAGE : page * ADVISED_A_PAGE]
    return [
        {
            "name": name_in_lists(study.person),
            "programme": f"{study.programme.code} {pick(study.programme.title)}".strip(),
            "year": study.study_year,
            "form": StudyForm(study.study_form).label,
        }
        for study in shown
    ], found.count()
