"""The demo university: brought in by the same feed and the same import as a real one.

What the portal shows must not come by a side door, so people, classes and timetable arrive as a delivery of the student
information system, and courses as backups of Moodle. Only what no outside system brings is written here: passwords of
one named person per role, announcements, and what students have completed. Filling can be interrupted at any point and
goes on where it stopped.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from polytech.academics.api import Enrolment, EnrolmentRole, Offering
from polytech.config import demo_note, environment
from polytech.config.failures import Failure
from polytech.config.screen import Report
from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.sample.writing import write_sample as write_backup
from polytech.integrations.sis.api import BatchState, Size, sync_batch, write_sample
from polytech.kernel import clock
from polytech.learning.api import Completion, Course, Element, ElementKind, link_offering
from polytech.messaging.api import Announcement
from polytech.people.api import Person, Role

# Role, and the feed's identifier of the person of the sample who has it.
PEOPLE = (
    (Role.STUDENT, "demo-student"),
    (Role.TEACHER, "demo-teacher"),
    (Role.ADVISER, "demo-adviser"),
    (Role.DEAN, "demo-dean"),
    (Role.REGISTRAR, "demo-registrar"),
    (Role.METHODOLOGIST, "demo-methodologist"),
    (Role.PROCTOR, "demo-proctor"),
    (Role.RESEARCHER, "demo-researcher"),
    (Role.LIBRARIAN, "demo-librarian"),
    (Role.SUPPORT, "demo-support"),
    (Role.QUALITY, "demo-quality"),
    (Role.ADMINISTRATOR, "demo-administrator"),
)
ANNOUNCEMENTS = (
    (
        "",
        {
            "kk": "Polytech Online порталына қош келдіңіз",
            "ru": "Добро пожаловать на портал Polytech Online",
            "en": "Welcome to Polytech Online",
        },
        {
            "kk": "Сабақ кестесі, курстар мен хабарландырулар енді бір жерде. Деректер ойдан алынған.",
            "ru": "Расписание, курсы и объявления теперь в одном месте. Данные вымышлены.",
            "en": "Timetable, courses and announcements now stand in one place. The data are made up.",
        },
    ),
    (
        Role.STUDENT.value,
        {
            "kk": "Бірінші аралық бақылау",
            "ru": "Первый рубежный контроль",
            "en": "First midterm control",
        },
        {
            "kk": "Бірінші аралық бақылау 7–8-апталарда өтеді. Тапсырмаларды мерзімінде тапсырыңыз.",
            "ru": "Первый рубежный контроль проходит на 7–8 неделях. Сдавайте задания в срок.",
            "en": "The first midterm control is held in weeks 7–8. Submit your assignments in time.",
        },
    ),
    (
        Role.TEACHER.value,
        {
            "kk": "Келесі академиялық кезеңнің материалдары",
            "ru": "Материалы следующего академического периода",
            "en": "Materials for the next academic period",
        },
        {
            "kk": "Цифрлық контент академиялық кезең басталғанға дейін кемінде 5 жұмыс күні бұрын орналастырылады.",
            "ru": "Цифровой контент размещается не позднее чем за 5 рабочих дней до начала академического периода.",
            "en": "Digital content is posted at least 5 working days before the academic period begins.",
        },
    ),
)
SHARE_COMPLETED = 0.4
SHORTEST_TELLING_WORD = 4


def is_there() -> bool:
    """Whether this database holds the whole demo university."""
    return demo_note.state() == "filled" and Person.objects.filter(sourced_id=PEOPLE[0][1]).exists()


def is_wanted() -> bool:
    """Whether the database is empty, or filling it was interrupted."""
    return not Person.objects.exists() or (demo_note.state() == "filling" and not is_there())


def fill(report: Report) -> None:
    """Bring in everything.

    Raises:
        Failure: the feed or an import refused; the sentence says what was found.
    """
    demo_note.write("filling")
    report(0.0, "a university's feed")
    _bring_in_feed(report)
    _bring_in_courses(report)
    report(0.9, "sign-ins")
    signed = _give_passwords()
    report(0.95, "announcements and progress")
    _announce()
    _complete()
    demo_note.write("filled", signed)


def _bring_in_feed(report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        delivery = Path(folder) / "demo-university.zip"
        write_sample(delivery, Size())
        batch = sync_batch(
            delivery, source="demo-university.zip", progress=lambda step, share: report(share * 0.3, f"feed: {step}")
        )
    if batch.state != BatchState.APPLIED:
        first = batch.findings.first()
        raise Failure(f"the demo university's feed was not applied ({batch.state}): {first.code if first else '?'}")


def _bring_in_courses(report: Report) -> None:
    """Each backup into a course of its own, taught in offerings of the demo student; those there already stay."""
    with tempfile.TemporaryDirectory() as folder:
        backups = [*_written_backups(Path(folder)), *_found_backups()]
        known = set(
            Course.objects.filter(moodle_imports__state="done").values_list("moodle_imports__source", flat=True)
        )
        for place, backup in enumerate(backups):
            share = 0.3 + 0.6 * place / len(backups)
            if backup.name not in known:
                _bring_in_course(backup, _teller(report, share, 0.6 / len(backups), backup.name))


def _teller(report: Report, begin: float, width: float, name: str) -> Callable[[str, float], None]:
    return lambda step, share: report(begin + width * share, f"{name}: {step}")


def _bring_in_course(backup: Path, progress: Callable[[str, float], None]) -> None:
    done = import_backup(backup, progress=progress)
    # A backup that is refused (there may be any in the folder) leaves its report to the teacher's page.
    if done.course is None or done.state != "done":
        return
    offerings = _offerings_for(done.course.title)
    with transaction.atomic():
        for offering in offerings:
            link_offering(by=None, course=done.course, offering=offering)
        if offerings:
            done.course.discipline = offerings[0].discipline
            done.course.save(update_fields=["discipline"])


def _written_backups(folder: Path) -> list[Path]:
    return [write_backup(folder / "databases.mbz")]


def _found_backups() -> list[Path]:
    """All backups of the folder that the operator names; else the largest of the one beside the project, if any."""
    named = environment.text("DEMO_BACKUPS")
    if named:
        folder = Path(named)
        if not folder.is_dir():
            raise Failure(f"POLYTECH_DEMO_BACKUPS names {folder}, which is no folder.")
        return sorted(folder.glob("*.mbz"))
    beside = environment.ROOT.parent / "shared" / "data" / "moodle"
    return sorted(beside.glob("*.mbz"), key=lambda backup: backup.stat().st_size)[-1:]


def _offerings_for(title: str) -> Sequence[Offering]:
    """The demo student's offering whose discipline sounds most like the course, with its parallel groups; else none."""
    free = list(
        Offering.objects.filter(
            enrolments__person__sourced_id=PEOPLE[0][1], enrolments__ended_at=None, ended_at=None, course_link=None
        )
        .select_related("discipline")
        .order_by("code", "id")
    )
    words = _words(title)

    def likeness(offering: Offering) -> int:
        return len(words & _words(" ".join(offering.discipline.title.values())))

    best = max(free, key=likeness, default=None)
    if best is None or not likeness(best):
        return []
    return [best, *best.discipline.offerings.filter(ended_at=None, course_link=None).exclude(pk=best.pk)]


def _words(text: str) -> set[str]:
    return {word for word in text.lower().split() if len(word) >= SHORTEST_TELLING_WORD}


def _give_passwords() -> list[tuple[str, str, str]]:
    password = environment.text("DEMO_PASSWORD") or environment.secret("demo_password")[:10].replace("_", "7")
    signed = []
    for role, sourced_id in PEOPLE:
        person = Person.objects.filter(sourced_id=sourced_id).first()
        if person is not None:
            person.set_password(password)
            person.save(update_fields=["password"])
            signed.append((role.value, person.username, password))
    return signed


@transaction.atomic
def _announce() -> None:
    author = Person.objects.filter(sourced_id="demo-methodologist").first()
    now = clock.now()
    for place, (role, title, body) in enumerate(ANNOUNCEMENTS):
        if not Announcement.objects.filter(title=title).exists():
            Announcement.objects.create(
                title=title, body=body, audience_role=role, author=author,
                published_at=now - timedelta(hours=20 * place), expires_at=now + timedelta(days=60),
            )  # fmt: skip


@transaction.atomic
def _complete() -> None:
    """The demo student has done the first part of each course, fellow students a little more or less."""
    now = clock.now()
    rows = []
    for course in Course.objects.filter(offerings__isnull=False).distinct():
        elements = list(
            Element.objects.filter(course=course, visible=True)
            .exclude(kind=ElementKind.LABEL)
            .order_by("section__position", "position")
        )
        students = (
            Enrolment.objects.filter(offering__course_link__course=course, role=EnrolmentRole.STUDENT, ended_at=None)
            .order_by("person_id")
            .values_list("person_id", flat=True)
        )
        for place, person_id in enumerate(students):
            share = SHARE_COMPLETED + (place % 7 - 3) / 20
            rows += [
                Completion(
                    person_id=person_id, element=element, course=course,
                    completed_at=now - timedelta(days=30) + timedelta(hours=number),
                )
                for number, element in enumerate(elements[: int(len(elements) * share)])
            ]  # fmt: skip
    Completion.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
