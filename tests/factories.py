"""One factory for each record that tests need. Every default is valid; a test names only what it is about."""

from datetime import date, time, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from polytech.academics import models as academics
from polytech.files import models as files
from polytech.kernel import clock
from polytech.kernel.text import kazakh_sort_key
from polytech.learning import models as learning
from polytech.messaging import models as messaging
from polytech.people import models as people

TERM_WEEKS = 15
TERM_WEEKS_GONE = 11


def words(kk: str, ru: str | None = None, en: str | None = None) -> dict[str, str]:
    """A text in three languages; what is not given is the Kazakh one."""
    return {"kk": kk, "ru": ru or kk, "en": en or kk}


def term_starts_on() -> date:
    """The Monday of the running term's first week: today is in its twelfth week, whenever the test runs."""
    return clock.monday_of(clock.today()) - timedelta(weeks=TERM_WEEKS_GONE)


class OrgUnitFactory(DjangoModelFactory[people.OrgUnit]):
    class Meta:
        model = people.OrgUnit

    kind = people.OrgUnit.Kind.UNIVERSITY
    title = words("Политехникалық университет", "Политехнический университет", "Polytechnic University")


class PersonFactory(DjangoModelFactory[people.Person]):
    """Without `password=` nobody can sign in by password: hashing takes 50 ms and few tests are about it."""

    class Meta:
        model = people.Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@polytech.example")
    family_kk = "Бейтаныс"
    given_kk = factory.Sequence(lambda n: f"Адам {n}")
    family_ru = "Незнакомов"
    given_ru = factory.LazyAttribute(lambda person: person.given_kk)
    family_latin = "Beitanys"
    given_latin = factory.Sequence(lambda n: f"Adam {n}")
    sort_key = factory.LazyAttribute(lambda person: kazakh_sort_key(f"{person.family_kk} {person.given_kk}"))
    password = "!"

    @classmethod
    def _create(cls, model_class: type[people.Person], *args: Any, **values: Any) -> people.Person:
        password = values.pop("password")
        person = model_class(*args, **values)
        if password == "!":
            person.set_unusable_password()
        else:
            person.set_password(password)
        person.save()
        return person


class RoleGrantFactory(DjangoModelFactory[people.RoleGrant]):
    class Meta:
        model = people.RoleGrant

    person = factory.SubFactory(PersonFactory)
    role = people.Role.STUDENT


class AcademicPeriodFactory(DjangoModelFactory[academics.AcademicPeriod]):
    """The running term."""

    class Meta:
        model = academics.AcademicPeriod

    kind = academics.AcademicPeriod.Kind.TERM
    title = words("Күзгі семестр", "Осенний семестр", "Autumn term")
    starts_on = factory.LazyFunction(term_starts_on)
    ends_on = factory.LazyAttribute(lambda period: period.starts_on + timedelta(weeks=TERM_WEEKS, days=-2))


class ProgrammeFactory(DjangoModelFactory[academics.Programme]):
    class Meta:
        model = academics.Programme

    code = factory.Sequence(lambda n: f"6B06{n % 1000:03d}")
    title = words("Компьютерлік ғылымдар", "Компьютерные науки", "Computer science")


class StudentProgrammeFactory(DjangoModelFactory[academics.StudentProgramme]):
    class Meta:
        model = academics.StudentProgramme

    person = factory.SubFactory(PersonFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    study_form = academics.StudyForm.FULL_TIME


class DisciplineFactory(DjangoModelFactory[academics.Discipline]):
    class Meta:
        model = academics.Discipline

    code = factory.Sequence(lambda n: f"MAT{n:04d}")
    title = words("Математикалық талдау", "Математический анализ", "Calculus")
    credits = 5


class LearningOutcomeFactory(DjangoModelFactory[academics.LearningOutcome]):
    class Meta:
        model = academics.LearningOutcome

    discipline = factory.SubFactory(DisciplineFactory)
    code = factory.Sequence(lambda n: f"ОН{n}")
    text = words("Туындыны есептейді", "Вычисляет производную", "Computes a derivative")
    position = factory.Sequence(lambda n: n % 30_000)


class ProgrammeDisciplineFactory(DjangoModelFactory[academics.ProgrammeDiscipline]):
    class Meta:
        model = academics.ProgrammeDiscipline

    programme = factory.SubFactory(ProgrammeFactory)
    discipline = factory.SubFactory(DisciplineFactory)
    study_year = 1


class OfferingFactory(DjangoModelFactory[academics.Offering]):
    class Meta:
        model = academics.Offering

    discipline = factory.SubFactory(DisciplineFactory)
    period = factory.SubFactory(AcademicPeriodFactory)
    code = factory.Sequence(lambda n: f"MAT-{n}")
    title = factory.LazyAttribute(lambda offering: offering.discipline.title)


class EnrolmentFactory(DjangoModelFactory[academics.Enrolment]):
    class Meta:
        model = academics.Enrolment

    person = factory.SubFactory(PersonFactory)
    offering = factory.SubFactory(OfferingFactory)
    role = academics.EnrolmentRole.STUDENT


class RoomFactory(DjangoModelFactory[academics.Room]):
    class Meta:
        model = academics.Room
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"{n} дәрісхана")


class SlotFactory(DjangoModelFactory[academics.Slot]):
    """A lecture in a room of its own, on today's weekday, every week of the offering's period."""

    class Meta:
        model = academics.Slot

    offering = factory.SubFactory(OfferingFactory)
    kind = academics.ClassKind.LECTURE
    format = academics.ClassFormat.CLASSROOM
    weekday = factory.LazyFunction(lambda: clock.today().isoweekday())
    starts_at = time(10, 0)
    ends_at = time(10, 50)
    starts_on = factory.LazyAttribute(lambda slot: slot.offering.period.starts_on)
    ends_on = factory.LazyAttribute(lambda slot: slot.offering.period.ends_on)
    room = factory.SubFactory(RoomFactory)


class BlobFactory(DjangoModelFactory[files.Blob]):
    """The record alone: no bytes are stored. Tests about bytes store them through `files.api`."""

    class Meta:
        model = files.Blob

    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    size_bytes = 1024
    media_type = "text/plain"
    stored_as = factory.LazyAttribute(lambda blob: f"blobs/{blob.sha256}")


class CourseFactory(DjangoModelFactory[learning.Course]):
    class Meta:
        model = learning.Course

    title = "Математикалық талдау I"
    language = "kk"
    discipline = factory.SubFactory(DisciplineFactory)


class CourseOfferingFactory(DjangoModelFactory[learning.CourseOffering]):
    class Meta:
        model = learning.CourseOffering

    course = factory.SubFactory(CourseFactory)
    offering = factory.SubFactory(
        OfferingFactory, discipline=factory.LazyAttribute(lambda offering: offering.factory_parent.course.discipline)
    )


class SectionFactory(DjangoModelFactory[learning.Section]):
    class Meta:
        model = learning.Section

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n)
    week = 1
    title = "Шек және үзіліссіздік"


class ElementFactory(DjangoModelFactory[learning.Element]):
    class Meta:
        model = learning.Element

    section = factory.SubFactory(SectionFactory)
    course = factory.LazyAttribute(lambda element: element.section.course)
    position = factory.Sequence(lambda n: n)
    kind = learning.ElementKind.PAGE
    title = factory.Sequence(lambda n: f"Дәріс {n}")
    body_html = "<p>Шектің анықтамасы.</p>"


class ChapterFactory(DjangoModelFactory[learning.Chapter]):
    class Meta:
        model = learning.Chapter

    element = factory.SubFactory(ElementFactory, kind=learning.ElementKind.BOOK)
    position = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"{n}-тарау")


class CourseFileFactory(DjangoModelFactory[learning.CourseFile]):
    class Meta:
        model = learning.CourseFile

    course = factory.SubFactory(CourseFactory)
    blob = factory.SubFactory(BlobFactory)
    path = factory.Sequence(lambda n: f"есептер-{n}.pdf")


class CompletionFactory(DjangoModelFactory[learning.Completion]):
    class Meta:
        model = learning.Completion

    person = factory.SubFactory(PersonFactory)
    element = factory.SubFactory(ElementFactory)
    course = factory.LazyAttribute(lambda completion: completion.element.course)
    completed_at = factory.LazyFunction(clock.now)


class CourseGroupFactory(DjangoModelFactory[learning.CourseGroup]):
    class Meta:
        model = learning.CourseGroup

    course = factory.SubFactory(CourseFactory)
    title = "1-топша"


class AnnouncementFactory(DjangoModelFactory[messaging.Announcement]):
    """For everybody, published an hour ago."""

    class Meta:
        model = messaging.Announcement

    title = words("Кітапхана кешке дейін ашық", "Библиотека открыта до вечера", "The library is open until evening")
    body = words("20:00-ге дейін.", "До 20:00.", "Until 20:00.")
    published_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
