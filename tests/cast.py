"""The named people of every test, and the small university around them. Each comes to be when first named.

def test_stranger_does_not_see_the_course(cast, sign_in):
    assert sign_in(cast.stranger).get(f"/courses/{cast.course.pk}/").status_code == 404
"""

from datetime import time
from functools import cached_property

from polytech.academics.models import (
    AcademicPeriod,
    ClassFormat,
    ClassKind,
    Discipline,
    Enrolment,
    EnrolmentRole,
    Offering,
    Programme,
    Slot,
    StudentProgramme,
)
from polytech.learning.models import Course, CourseOffering, Element, Section
from polytech.people.models import OrgUnit, Person, Role
from tests import factories
from tests.factories import words


class Cast:
    """People, and what they belong to. Names are Kazakh, Russian, Korean, German: as the university's are."""

    # The university.

    @cached_property
    def university(self) -> OrgUnit:
        return factories.OrgUnitFactory()

    @cached_property
    def faculty(self) -> OrgUnit:
        return factories.OrgUnitFactory(
            kind=OrgUnit.Kind.FACULTY,
            parent=self.university,
            title=words("Автоматика институты", "Институт автоматики", "Institute of Automation"),
        )

    @cached_property
    def department(self) -> OrgUnit:
        return factories.OrgUnitFactory(
            kind=OrgUnit.Kind.DEPARTMENT,
            parent=self.faculty,
            title=words("Жоғары математика кафедрасы", "Кафедра высшей математики", "Department of Mathematics"),
        )

    @cached_property
    def other_faculty(self) -> OrgUnit:
        return factories.OrgUnitFactory(
            kind=OrgUnit.Kind.FACULTY,
            parent=self.university,
            title=words("Геология институты", "Институт геологии", "Institute of Geology"),
        )

    @cached_property
    def period(self) -> AcademicPeriod:
        return factories.AcademicPeriodFactory()

    @cached_property
    def programme(self) -> Programme:
        return factories.ProgrammeFactory(code="6B06101", org=self.faculty)

    @cached_property
    def discipline(self) -> Discipline:
        return factories.DisciplineFactory(code="MAT1101", org=self.department)

    @cached_property
    def offering(self) -> Offering:
        """Calculus, taught by Daniyar to Aigerim and Artyom."""
        offering = factories.OfferingFactory(
            discipline=self.discipline, period=self.period, org=self.department, code="MAT1101-1"
        )
        factories.EnrolmentFactory(person=self.teacher, offering=offering, role=EnrolmentRole.TEACHER, is_primary=True)
        for student in (self.aigerim, self.classmate):
            factories.EnrolmentFactory(person=student, offering=offering)
        return offering

    @cached_property
    def enrolment(self) -> Enrolment:
        return self.offering.enrolments.get(person=self.aigerim)

    @cached_property
    def slot(self) -> Slot:
        """Today at ten, live."""
        return factories.SlotFactory(
            offering=self.offering,
            kind=ClassKind.PRACTICAL,
            format=ClassFormat.SYNCHRONOUS,
            starts_at=time(10, 0),
            ends_at=time(10, 50),
            room=None,
            link="https://live.polytech.example/calculus",
            teacher=self.teacher,
        )

    @cached_property
    def course(self) -> Course:
        """The course of `offering`, with a section and an element."""
        course = factories.CourseFactory(discipline=self.discipline)
        factories.CourseOfferingFactory(course=course, offering=self.offering)
        return course

    @cached_property
    def course_offering(self) -> CourseOffering:
        return self.course.offerings.get()

    @cached_property
    def section(self) -> Section:
        return factories.SectionFactory(course=self.course, position=1)

    @cached_property
    def element(self) -> Element:
        return factories.ElementFactory(section=self.section, position=1, title="Шектер: дәріс")

    # The people.

    @cached_property
    def aigerim(self) -> Person:
        """A first-year student; the heroine of most tests."""
        return self._person(
            "aigerim", Role.STUDENT, "Сәрсенова Айгерім Нұрланқызы", "Сарсенова Айгерим Нурлановна", "Sarsenova Aigerim"
        )

    @cached_property
    def classmate(self) -> Person:
        """In the same offering as Aigerim."""
        return self._person("artyom", Role.STUDENT, "Волков Артём", "Волков Артём Сергеевич", "Volkov Artyom", "ru")

    @cached_property
    def stranger(self) -> Person:
        """A student who has nothing to do with the others."""
        return self._person("timur", Role.STUDENT, "Ким Тимур", "Ким Тимур", "Kim Timur", "ru")

    @cached_property
    def teacher(self) -> Person:
        """Teaches `offering`."""
        return self._person(
            "daniyar", Role.TEACHER, "Сейітқали Данияр Ерланұлы", "Сейткали Данияр Ерланович", "Seitkali Daniyar"
        )

    @cached_property
    def other_teacher(self) -> Person:
        """Teaches something else."""
        return self._person("maria", Role.TEACHER, "Шмидт Мария", "Шмидт Мария Ивановна", "Schmidt Maria", "ru")

    @cached_property
    def adviser(self) -> Person:
        """Aigerim's adviser."""
        adviser = self._person(
            "serik", Role.ADVISER, "Нұрланов Серік", "Нурланов Серик Болатович", "Nurlanov Serik", org=self.faculty
        )
        factories.StudentProgrammeFactory(
            person=self.aigerim, programme=self.programme, adviser=adviser, sourced_id="place-aigerim"
        )
        return adviser

    @cached_property
    def place(self) -> StudentProgramme:
        """Aigerim's place in her programme, with her adviser."""
        return StudentProgramme.objects.get(person=self.aigerim, adviser=self.adviser)

    @cached_property
    def dean(self) -> Person:
        """Works in the office of `faculty`'s dean."""
        return self._person(
            "botagoz", Role.DEAN, "Омарова Ботагөз", "Омарова Ботагоз", "Omarova Botagoz", org=self.faculty
        )

    @cached_property
    def registrar(self) -> Person:
        return self._person("gulnar", Role.REGISTRAR, "Ахметова Гүлнәр", "Ахметова Гульнар", "Akhmetova Gulnar")

    @cached_property
    def methodologist(self) -> Person:
        return self._person(
            "zhanar", Role.METHODOLOGIST, "Әбдіқадырова Жанар", "Абдыкадырова Жанар", "Abdikadyrova Zhanar"
        )

    @cached_property
    def proctor(self) -> Person:
        return self._person("olzhas", Role.PROCTOR, "Құсайынов Олжас", "Кусаинов Олжас", "Kussainov Olzhas")

    @cached_property
    def researcher(self) -> Person:
        return self._person("ayan", Role.RESEARCHER, "Тілеуберді Аян", "Тлеуберди Аян", "Tleuberdi Ayan")

    @cached_property
    def librarian(self) -> Person:
        return self._person("elena", Role.LIBRARIAN, "Петрова Елена", "Петрова Елена Викторовна", "Petrova Elena", "ru")

    @cached_property
    def support(self) -> Person:
        return self._person("ruslan", Role.SUPPORT, "Исаев Руслан", "Исаев Руслан", "Issayev Ruslan")

    @cached_property
    def quality(self) -> Person:
        return self._person("nazym", Role.QUALITY, "Жұмабаева Назым", "Жумабаева Назым", "Zhumabayeva Nazym")

    @cached_property
    def administrator(self) -> Person:
        return self._person("ermek", Role.ADMINISTRATOR, "Өтеғенов Ермек", "Утегенов Ермек", "Utegenov Yermek")

    def of_role(self, role: str) -> Person:
        """The person of the cast who holds this role."""
        return self.aigerim if role == Role.STUDENT else getattr(self, role)

    def _person(
        self, username: str, role: Role, kk: str, ru: str, latin: str, language: str = "kk", org: OrgUnit | None = None
    ) -> Person:
        family_kk, given_kk, middle_kk = _parts(kk)
        family_ru, given_ru, middle_ru = _parts(ru)
        family_latin, given_latin, _ = _parts(latin)
        person = factories.PersonFactory(
            username=username,
            family_kk=family_kk, given_kk=given_kk, middle_kk=middle_kk,
            family_ru=family_ru, given_ru=given_ru, middle_ru=middle_ru,
            family_latin=family_latin, given_latin=given_latin,
            language=language,
        )  # fmt: skip
        factories.RoleGrantFactory(person=person, role=role, org=org)
        return person


def _parts(name: str) -> tuple[str, str, str]:
    family, given, *middle = name.split()
    return family, given, " ".join(middle)
