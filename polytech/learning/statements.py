"""The hot statements of this room, read from `sql/` once."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8").rstrip()


STANDING_SQL = _text("standing")
COURSE_CARDS_SQL = _text("course_cards")
DUE_SQL = _text("due")

COURSE_PAGE_SQL = f"WITH {STANDING_SQL}\n{_text('course_page')}"
ELEMENT_PAGE_SQL = f"WITH {STANDING_SQL}\n{_text('element_page')}"
PARTICIPANTS_SQL = f"WITH {STANDING_SQL},\n{_text('member')}\n{_text('participants')}"
COURSES_SQL = f"WITH RECURSIVE {COURSE_CARDS_SQL},\n{_text('oversight')},\n{_text('running')}\n{_text('courses')}"
ACCESS_GAPS_SQL = _text("access_gaps")
COVERAGE_SQL = _text("coverage")
