"""Sections, subsections, visibility, people, groups and grades of a backup find their places; re-import updates."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.models import MoodleImport
from polytech.learning.api import Chapter, Course, CourseFile, CourseGroup, Element, GradeHistory, Section
from tests.factories import PersonFactory
from tests.integrations.moodle.altering import Change, changed, first, parts_of_sample, replacing, tar_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-03")]

USERS = """<users>
<user id="1"><username>aigerim</username><email>x@moodle.example</email><idnumber/><firstname>A</firstname>
<lastname>S</lastname></user>
<user id="2"><username>u2</username><email>MARAT@polytech.example</email><idnumber/><firstname>Marat</firstname>
<lastname>B</lastname></user>
<user id="3"><username>u3</username><email>u3@x</email><idnumber>SIS-3</idnumber><firstname>C</firstname>
<lastname>D</lastname></user>
<user id="4"><username>nobody</username><email>no@x</email><idnumber/><firstname>Net</firstname>
<lastname>Takogo</lastname></user>
<user id="5"><username>aigerim2</username><email>shared@x</email><idnumber/><firstname>E</firstname>
<lastname>F</lastname></user>
</users>"""
GROUPS = """<groups><group id="31"><name>CS-1</name><description>&lt;p&gt;d&lt;/p&gt;</description><group_members>
<group_member id="1"><userid>1</userid></group_member><group_member id="2"><userid>4</userid></group_member>
</group_members></group><groupings><grouping id="9"><name>G</name></grouping></groupings></groups>"""


def graded(*grades: tuple[int, str, str]) -> bytes:
    rows = "".join(
        f'<grade_grade id="{place}"><userid>{user}</userid><finalgrade>{value}</finalgrade><feedback>{feedback}'
        "</feedback><feedbackformat>1</feedbackformat><timemodified>1790000000</timemodified></grade_grade>"
        for place, (user, value, feedback) in enumerate(grades)
    )
    return (
        '<activity_gradebook><grade_items><grade_item id="5"><itemname>Task</itemname><itemtype>mod</itemtype>'
        f"<grademax>100.00000</grademax><grade_grades>{rows}</grade_grades></grade_item></grade_items>"
        "</activity_gradebook>"
    ).encode()


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    return parts_of_sample(tmp_path)


def imported(
    folder: Path, parts: dict[str, bytes], changes: dict[str, Change], course: Course | None = None
) -> MoodleImport:
    path = folder / "changed.mbz"
    path.write_bytes(tar_of(changed(parts, changes)))
    done = import_backup(path, course=course)
    assert done.state == "done", done.report
    return done


def note_codes(done: MoodleImport, title: str) -> set[str]:
    [line] = [line for line in done.report["lines"] if line["title"] == title]
    return {finding["code"] for finding in line["findings"]}


def test_weeks_have_their_numbers_and_names_without_them(tmp_path: Path, parts: dict[str, bytes]) -> None:
    changes: dict[str, Change] = {
        "sections/section_2/section.xml": replacing("<name>1-апта. Деректер базасы не үшін керек<", "<name>$@NULL@$<"),
        "sections/section_3/section.xml": replacing("2-апта. Реляциялық модель", "Week 2: relational model"),
    }
    imported(tmp_path, parts, changes)
    sections = list(Section.objects.order_by("position").values_list("week", "title")[:4])
    assert sections == [
        (None, "Курс туралы"),
        (1, "31 тамыз – 6 қыркүйек"),
        (2, "Relational model"),
        (3, "Мән–байланыс моделі"),
    ]


def test_weeks_of_a_course_by_topics_are_read_from_their_names(tmp_path: Path, parts: dict[str, bytes]) -> None:
    changes: dict[str, Change] = {
        "course/course.xml": replacing("<format>weeks", "<format>topics"),
        "sections/section_2/section.xml": replacing("1-апта. Деректер базасы не үшін керек", "4 неделя. Основы"),
        "sections/section_3/section.xml": replacing("2-апта. Реляциялық модель", "Модель"),
    }
    imported(tmp_path, parts, changes)
    assert list(Section.objects.order_by("position").values_list("week", "title")[:4]) == [
        (None, "Курс туралы"), (4, "Основы"), (None, "Модель"), (3, "Мән–байланыс моделі"),
    ]  # fmt: skip


def test_a_subsection_is_opened_out_where_it_stands(tmp_path: Path, parts: dict[str, bytes]) -> None:
    """The second page of week 1 becomes a subsection that holds what week 2 held."""
    task = first(parts, "assign")
    number = task.rsplit("_", 1)[1]
    subsection = f"activities/subsection_{number}"
    own = (
        f'<activity id="77" moduleid="{number}" modulename="subsection" contextid="9"><subsection id="77"><name>Inside'
    )
    changes: dict[str, Change] = {
        f"{subsection}/subsection.xml": f"{own}</name></subsection></activity>".encode(),
        f"{subsection}/module.xml": parts[f"{task}/module.xml"],
        "moodle_backup.xml": lambda content: content.replace(
            f"<modulename>assign</modulename>\n          <title>Практика 1. PostgreSQL орнату</title>\n          "
            f"<directory>{task}".encode(),
            f"<modulename>subsection</modulename>\n          <title>Inside</title>\n          "
            f"<directory>{subsection}".encode(),
        ),
        "sections/section_3/section.xml": lambda content: content.replace(
            b"<component>$@NULL@$</component>", b"<component>mod_subsection</component>"
        ).replace(b"<itemid>$@NULL@$</itemid>", b"<itemid>77</itemid>"),
    }
    done = imported(tmp_path, parts, changes)
    week = Section.objects.get(week=1)
    assert list(Element.objects.filter(section=week).order_by("position").values_list("kind", "title")) == [
        ("page", "Дәріс 1. Деректер базасы және ДББЖ"),
        ("label", "Inside"),
        ("page", "Дәріс 2. Реляциялық модель"),
        ("test", "Тест 1. Негізгі ұғымдар"),
    ]
    assert "subsection-flattened" in note_codes(done, "Inside")
    assert done.report["counts"]["sections"] == {"found": 16, "came": 15, "flattened": 1}


@pytest.mark.parametrize(
    ("change", "visible", "opens", "code"),
    [
        (("<visible>1", "<visible>0"), False, None, None),
        (("<visibleoncoursepage>1", "<visibleoncoursepage>0"), False, None, "hidden-stealth"),
        (
            ("<availability>$@NULL@$", '<availability>{"op":"&amp;","c":[{"type":"date","d":"&gt;=","t":1790000000}]}'),
            True, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC), None,
        ),
        (
            ("<availability>$@NULL@$", '<availability>{"op":"&amp;","c":[{"type":"group","id":31}]}'),
            False, None, "hidden-condition",
        ),
        (
            ("<availability>$@NULL@$", '<availability>{"op":"&amp;","c":[{"type":"completion","cm":1,"e":1}]}'),
            True, None, "condition-kept",
        ),
        (
            ("<availability>$@NULL@$", '<availability>{"op":"&amp;","c":[{"type":"date","d":"&lt;","t":1000000000}]}'),
            False, None, "hidden-closed",
        ),
    ],
)  # fmt: skip
def test_who_sees_it_and_from_when_is_honoured(
    tmp_path: Path, parts: dict[str, bytes], change: tuple[str, str], visible: bool, opens: object, code: str | None
) -> None:
    done = imported(tmp_path, parts, {f"{first(parts, 'page')}/module.xml": replacing(*change)})
    title = "Дәріс 1. Деректер базасы және ДББЖ"
    element = Element.objects.get(title=title)
    assert (element.visible, element.opens_at) == (visible, opens)
    assert note_codes(done, title) == ({code} if code else set())


def test_people_are_found_or_listed_and_never_made(tmp_path: Path, parts: dict[str, bytes]) -> None:
    aigerim = PersonFactory(username="aigerim", email="a@polytech.example")
    marat = PersonFactory(username="marat", email="marat@polytech.example")
    dana = PersonFactory(username="dana", sourced_id="SIS-3", email="")
    PersonFactory(username="aigerim2", email="own@x")
    PersonFactory(username="other", email="shared@x")
    people = [person.pk for person in (aigerim, marat, dana)]
    before = type(aigerim).objects.count()
    task = f"{first(parts, 'assign')}/grades.xml"
    grades = graded(
        (1, "85.5", ""), (2, "60", "&lt;p onclick='x'&gt;ok&lt;/p&gt;"), (3, "70", ""), (4, "50", ""),
        (5, "40", ""), (99, "30", ""), (3, "$@NULL@$", ""),
    )  # fmt: skip
    changes: dict[str, Change] = {"users.xml": USERS.encode(), "groups.xml": GROUPS.encode(), task: grades}
    done = imported(tmp_path, parts, changes)
    assert type(aigerim).objects.count() == before
    counts = done.report["counts"]
    assert counts["users"] == {"found": 5, "matched-elsewhere": 3, "unmatched": 1, "ambiguous": 1}
    assert [(row["username"], row["why"]) for row in done.report["unmatched"]] == [
        ("nobody", "unmatched"),
        ("aigerim2", "ambiguous"),
    ]
    assert counts["groups"] == {"found": 1, "came": 1}
    assert counts["group-members"] == {"found": 2, "came": 1, "not": 1}
    assert counts["groupings"] == {"found": 1, "kept": 1}
    assert list(CourseGroup.objects.get().members.all()) == [aigerim]
    assert counts["grades"] == {"found": 7, "came": 6, "empty": 1}
    history = list(GradeHistory.objects.order_by("-grade").values_list("person", "source_user", "grade"))
    assert history == [
        (people[0], "", Decimal("85.5")), (people[2], "", Decimal(70)), (people[1], "", Decimal(60)),
        (None, "Net Takogo <no@x>", Decimal(50)), (None, "E F <shared@x>", Decimal(40)),
        (None, "user 99", Decimal(30)),
    ]  # fmt: skip
    assert GradeHistory.objects.get(grade=60).feedback_html == "<p>ok</p>"
    assert GradeHistory.objects.values_list("element__title", flat=True)[0] == "Практика 1. PostgreSQL орнату"


def test_importing_a_changed_backup_again_updates_and_keeps_what_the_teacher_added(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    course = imported(tmp_path, parts, {}).course
    assert course is not None
    page = Element.objects.get(title="Дәріс 1. Деректер базасы және ДББЖ")
    own = Element.objects.create(
        course=course, section=page.section, position=99, kind="label", title="Own", body_html="<p>own</p>"
    )
    counts = [model.objects.count() for model in (Course, Section, Element, Chapter, CourseFile)]
    version = Course.objects.get().version
    files = list(CourseFile.objects.order_by("pk").values_list("pk", "path"))
    folder = first(parts, "page")
    imported(tmp_path, parts, {f"{folder}/page.xml": replacing("<name>Дәріс 1.", "<name>Lecture 1.")}, course)
    page.refresh_from_db()
    own.refresh_from_db()
    assert page.title == "Lecture 1. Деректер базасы және ДББЖ"
    assert (own.body_html, own.position) == ("<p>own</p>", 2)
    assert [model.objects.count() for model in (Course, Section, Element, Chapter, CourseFile)] == counts
    assert list(CourseFile.objects.order_by("pk").values_list("pk", "path")) == files
    assert Course.objects.get().version > version


def test_two_backups_share_one_course(tmp_path: Path, parts: dict[str, bytes]) -> None:
    course = imported(tmp_path, parts, {}).course
    before = Element.objects.count()
    other = {"moodle_backup.xml": lambda content: content.replace(b'backup_id="', b'backup_id="ff')}
    imported(tmp_path, parts, other, course)  # type: ignore[arg-type]
    assert (Course.objects.count(), Element.objects.count()) == (1, 2 * before)


def test_pictures_pasted_into_a_text_become_files(tmp_path: Path, parts: dict[str, bytes]) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    picture = f'&lt;img alt="dot" src="data:image/png;base64,{dot}"&gt;'
    change = {f"{first(parts, 'page')}/page.xml": replacing("<content>", f"<content>{picture}")}
    done = imported(tmp_path, parts, change)  # type: ignore[arg-type]
    element = Element.objects.get(title="Дәріс 1. Деректер базасы және ДББЖ")
    file = CourseFile.objects.get(path__contains="inline-")
    assert f'src="/courses/{element.course_id}/files/{file.pk}/inline-' in element.body_html
    assert (file.element, file.embedded, file.blob.media_type) == (element, True, "image/png")
    assert done.report["counts"]["inline-images"] == {"found": 1, "came": 1}
