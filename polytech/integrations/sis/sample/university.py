"""Builds the rows of a made-up university, file by file, the same for the same size, seed and day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from polytech.integrations.sis.sample import catalogue
from polytech.integrations.sis.sample.names import Name, any_name, kazakh_name
from polytech.integrations.sis.sample.timetable import Timetable
from polytech.kernel import iin

Row = dict[str, object]
STUDENTS_IN_GROUP = 25
DEMO_CLASSES = 6
DEMO_TEACHER_CLASSES = 3
# sourcedId, username, role in roles.csv, woman, given name
STAFF = (
    ("demo-adviser", "adviser", "counselor", True, "Сәуле"),
    ("demo-dean", "dean", "principal", False, "Бауыржан"),
    ("demo-registrar", "registrar", "ext:registrar", True, "Гүлнәр"),
    ("demo-methodologist", "methodologist", "ext:methodologist", True, "Раушан"),
    ("demo-proctor", "proctor", "proctor", False, "Қанат"),
    ("demo-researcher", "researcher", "ext:researcher", False, "Әлихан"),
    ("demo-librarian", "librarian", "ext:librarian", True, "Мөлдір"),
    ("demo-support", "support", "ext:support", False, "Темірлан"),
    ("demo-quality", "quality", "ext:quality", True, "Меруерт"),
    ("demo-administrator", "admin", "systemAdministrator", False, "Шыңғыс"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the university is: counts of rows, and what makes it the same again."""

    students: int = 200
    teachers: int = 24
    classes: int = 48
    enrolments: int = 1600
    slots: int = 144
    seed: int = 7
    today: date = field(default_factory=date.today)

    def __post_init__(self) -> None:
        if self.students < 1 or self.teachers < 1 or self.classes < DEMO_CLASSES:
            raise ValueError(f"At least 1 student, 1 teacher and {DEMO_CLASSES} classes are needed.")


def term_of(today: date) -> tuple[str, date, date]:
    """The term that holds this day: its key, first and last day. Terms leave no gap, so every day has one."""
    year = today.year
    if today.month >= 9:
        return "autumn", date(year, 9, 1), date(year, 12, 31)
    if today.month >= 6:
        return "summer", date(year, 6, 1), date(year, 8, 31)
    return "spring", date(year, 1, 1), date(year, 5, 31)


class University:
    """The rows of every file. Each method gives one file's rows in its own order."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.term = term_of(size.today)
        self.year = size.today.year if size.today.month >= 9 else size.today.year - 1
        self._serials: dict[str, int] = {}
        self._per_student = max(1, self._rest() // max(1, size.students - STUDENTS_IN_GROUP))
        self.timetable = Timetable(size.classes, size.slots, self.term[1], self.term[2], size.today)

    def _rest(self) -> int:
        """Enrolments left for the students after the demo group."""
        size = self.size
        return size.enrolments - size.classes - min(size.students, STUDENTS_IN_GROUP) * DEMO_CLASSES

    def orgs(self) -> Iterator[Row]:
        yield _org("org-university", "district", catalogue.UNIVERSITY, "")
        for institute in catalogue.INSTITUTES:
            yield _org(f"org-{institute.key}", "school", institute.title, "org-university")
            for number, title in enumerate(institute.departments, 1):
                yield _org(f"org-{institute.key}-{number}", "department", title, f"org-{institute.key}")

    def sessions(self) -> Iterator[Row]:
        first, last = date(self.year, 9, 1), date(self.year + 1, 8, 31)
        name = f"{self.year}–{self.year + 1}"
        yield _session(
            f"year-{self.year}", "schoolYear", first, last, "", (f"{name} оқу жылы", f"{name} учебный год", name)
        )
        titles = {
            "autumn": ("күзгі семестр", "осенний семестр", "autumn term"),
            "spring": ("көктемгі семестр", "весенний семестр", "spring term"),
            "summer": ("жазғы семестр", "летний семестр", "summer term"),
        }
        for key, start in (("autumn", first), ("spring", date(last.year, 1, 1)), ("summer", date(last.year, 6, 1))):
            _, starts_on, ends_on = term_of(start)
            words = tuple(f"{name}, {title}" for title in titles[key])
            yield _session(f"term-{self.year}-{key}", "term", starts_on, ends_on, f"year-{self.year}", words)

    def users(self) -> Iterator[Row]:
        random_ = random.Random(self.size.seed)  # noqa: S311 — the same university for the same seed
        women = random_.getrandbits
        yield self._user(random_, "demo-student", "student", kazakh_name(random_, True, "Айгерім"), True, young=True)
        yield self._user(random_, "demo-teacher", "teacher", kazakh_name(random_, False, "Нұрлан"), False, young=False)
        for sourced_id, username, _, woman, given in STAFF:
            yield self._user(random_, sourced_id, username, kazakh_name(random_, woman, given), woman, young=False)
        for prefix, count, young in (("t", self.size.teachers, False), ("s", self.size.students, True)):
            for number in range(2, count + 1):
                woman = bool(women(1))
                name = any_name(random_, woman)
                username = f"{name.given_latin[0]}.{name.family_latin}".lower().replace("'", "") + f".{prefix}{number}"
                yield self._user(random_, f"{prefix}-{number:06}", username, name, woman, young=young)

    def roles(self) -> Iterator[Row]:
        for sourced_id, _, role, _, _ in STAFF:
            org = "org-it" if role in {"counselor", "principal"} else "org-university"
            yield _role(sourced_id, role, org)
        for number in range(1, self.size.teachers + 1):
            yield _role(self.teacher(number), "teacher", self._org_of_teacher(number))
        for number in range(1, self.size.students + 1):
            yield _role(self.student(number), "student", f"org-{self._programme_of(number).institute}")

    def programmes(self) -> Iterator[Row]:
        for programme in catalogue.PROGRAMMES:
            yield {
                "sourcedId": f"programme-{programme.code}", "code": programme.code,
                "titleKk": programme.title.kk, "titleRu": programme.title.ru, "titleEn": programme.title.en,
                "orgSourcedId": f"org-{programme.institute}",
            }  # fmt: skip

    def courses(self) -> Iterator[Row]:
        for discipline in catalogue.DISCIPLINES:
            yield {
                "sourcedId": _course(discipline), "title": discipline.title.en, "courseCode": discipline.code,
                "schoolYearSourcedId": f"year-{self.year}", "orgSourcedId": f"org-{discipline.institute}",
                "metadata.credits": discipline.credits, **_titles(discipline.title),
            }  # fmt: skip

    def programme_courses(self) -> Iterator[Row]:
        for programme in catalogue.PROGRAMMES:
            for place, discipline in enumerate(catalogue.DISCIPLINES):
                common = discipline.code[3] == "1"
                if common or discipline.institute == programme.institute:
                    yield {
                        "sourcedId": f"pc-{programme.code}-{discipline.code}",
                        "programmeSourcedId": f"programme-{programme.code}",
                        "courseSourcedId": _course(discipline),
                        "studyYear": discipline.code[3] if place else 1,
                    }

    def outcomes(self) -> Iterator[Row]:
        for discipline in catalogue.DISCIPLINES:
            for number, words in enumerate(catalogue.OUTCOMES, 1):
                yield {
                    "sourcedId": f"outcome-{discipline.code}-{number}", "courseSourcedId": _course(discipline),
                    "code": f"LO{number}", "position": number, "textKk": words.kk.format(discipline.title.kk),
                    "textRu": words.ru.format(discipline.title.ru), "textEn": words.en.format(discipline.title.en),
                }  # fmt: skip

    def student_programmes(self) -> Iterator[Row]:
        forms = ("full-time", "full-time", "online", "full-time", "evening")
        for number in range(1, self.size.students + 1):
            group = (number - 1) // STUDENTS_IN_GROUP
            adviser = "demo-adviser" if group == 0 else self.teacher(group % self.size.teachers + 1)
            study_year = 1 + (group // len(catalogue.PROGRAMMES)) % 2
            yield {
                "sourcedId": f"sp-{number:06}", "userSourcedId": self.student(number),
                "programmeSourcedId": f"programme-{self._programme_of(number).code}",
                "studyForm": "online" if number == 1 else forms[group % len(forms)], "studyYear": study_year,
                "startDate": date(self.year - study_year + 1, 9, 1), "adviserSourcedId": adviser,
            }  # fmt: skip

    def classes(self) -> Iterator[Row]:
        for number in range(self.size.classes):
            discipline = self._discipline_of(number)
            stream = number // len(catalogue.DISCIPLINES) + 1
            yield {
                "sourcedId": _class(number), "title": discipline.title.en, "courseSourcedId": _course(discipline),
                "classCode": f"{discipline.code}-{stream:02}", "classType": "scheduled",
                "schoolSourcedId": f"org-{discipline.institute}",
                "termSourcedIds": f"term-{self.year}-{self.term[0]}", **_titles(discipline.title),
            }  # fmt: skip

    def enrolments(self) -> Iterator[Row]:
        written = 0
        for number in range(self.size.classes):
            yield self._enrolment(number, self._teacher_of(number), "teacher", primary=True)
            written += 1
        for student in range(1, self.size.students + 1):
            for number in self._classes_of(student):
                yield self._enrolment(number, self.student(student), "student", primary=False)
                written += 1
        # What rounding left goes to the students after the demo group, one more class each.
        for student in range(STUDENTS_IN_GROUP + 1, self.size.students + 1):
            if written >= self.size.enrolments:
                return
            classes = self._classes_of(student)
            number = classes[-1] + 1 if classes[-1] + 1 < self.size.classes else classes[0] - 1
            if number < DEMO_CLASSES:
                return
            yield self._enrolment(number, self.student(student), "student", primary=False)
            written += 1

    def slots(self) -> Iterator[Row]:
        for slot in self.timetable.rows():
            number = slot.pop("class")
            yield {"classSourcedId": _class(number), "teacherSourcedId": self._teacher_of(number), **slot}

    def student(self, number: int) -> str:
        return "demo-student" if number == 1 else f"s-{number:06}"

    def teacher(self, number: int) -> str:
        return "demo-teacher" if number == 1 else f"t-{number:06}"

    def _teacher_of(self, number: int) -> str:
        """Consecutive classes have one teacher, because the timetable gives consecutive classes different hours."""
        teachers = self.size.teachers
        if number < DEMO_CLASSES or teachers <= 2:
            return self.teacher(1 if number < DEMO_TEACHER_CLASSES else min(2, teachers))
        others = self.size.classes - DEMO_CLASSES
        return self.teacher(3 + (number - DEMO_CLASSES) * (teachers - 2) // others)

    def _discipline_of(self, number: int) -> catalogue.Discipline:
        return catalogue.DISCIPLINES[number % len(catalogue.DISCIPLINES)]

    def _programme_of(self, student: int) -> catalogue.Programme:
        return catalogue.PROGRAMMES[(student - 1) // STUDENTS_IN_GROUP % len(catalogue.PROGRAMMES)]

    def _org_of_teacher(self, number: int) -> str:
        institute = catalogue.INSTITUTES[(number - 1) % len(catalogue.INSTITUTES)]
        return f"org-{institute.key}-{number % len(institute.departments) + 1}"

    def _classes_of(self, student: int) -> list[int]:
        """Classes of a student's group: those of the demo group for the first one, then consecutive ones."""
        group, others = (student - 1) // STUDENTS_IN_GROUP, self.size.classes - DEMO_CLASSES
        if group == 0 or not others:
            return list(range(DEMO_CLASSES))
        count = min(self._per_student, others)
        first = DEMO_CLASSES + (group - 1) * count % (others - count + 1)
        return list(range(first, first + count))

    def _enrolment(self, number: int, person: str, role: str, *, primary: bool) -> Row:
        discipline = self._discipline_of(number)
        return {
            "sourcedId": f"e-{number}-{person}", "classSourcedId": _class(number),
            "schoolSourcedId": f"org-{discipline.institute}", "userSourcedId": person, "role": role,
            "primary": "true" if primary else "false", "beginDate": self.term[1], "endDate": self.term[2],
        }  # fmt: skip

    def _user(
        self, random_: random.Random, sourced_id: str, username: str, name: Name, woman: bool, *, young: bool
    ) -> Row:
        age = random_.randrange(17, 24) if young else random_.randrange(28, 63)
        born = date(self.year - age, 1, 1) + timedelta(days=random_.randrange(365))
        host = "stud.polytech.example" if young else "polytech.example"
        return {
            "sourcedId": sourced_id, "enabledUser": "true", "username": username, "givenName": name.given_latin,
            "familyName": name.family_latin, "email": f"{username}@{host}",
            "userIds": f"{{IIN:{self._iin(born, woman)}}}",
            "metadata.language": "ru" if name.middle_kk == name.middle_ru else "kk",
            "metadata.familyNameKk": name.family_kk, "metadata.givenNameKk": name.given_kk,
            "metadata.middleNameKk": name.middle_kk, "metadata.familyNameRu": name.family_ru,
            "metadata.givenNameRu": name.given_ru, "metadata.middleNameRu": name.middle_ru,
        }  # fmt: skip

    def _iin(self, born: date, woman: bool) -> str:
        century = {19: 3, 20: 5}[born.year // 100] + woman
        start = f"{born:%y%m%d}{century}"
        while True:
            serial = self._serials[start] = self._serials.get(start, 0) + 1
            digit = iin.check_digit(f"{start}{serial:04}")
            if digit is not None:
                return f"{start}{serial:04}{digit}"


def _titles(words: catalogue.Words) -> Row:
    return {"metadata.titleKk": words.kk, "metadata.titleRu": words.ru, "metadata.titleEn": words.en}


def _org(sourced_id: str, kind: str, words: catalogue.Words, parent: str) -> Row:
    return {"sourcedId": sourced_id, "name": words.en, "type": kind, "parentSourcedId": parent, **_titles(words)}


def _session(sourced_id: str, kind: str, starts_on: date, ends_on: date, parent: str, words: tuple[str, ...]) -> Row:
    return {
        "sourcedId": sourced_id, "title": words[2], "type": kind, "startDate": starts_on, "endDate": ends_on,
        "parentSourcedId": parent, "schoolYear": ends_on.year, **_titles(catalogue.Words(*words)),
    }  # fmt: skip


def _role(person: str, role: str, org: str) -> Row:
    return {
        "sourcedId": f"r-{person}", "userSourcedId": person, "roleType": "primary", "role": role, "orgSourcedId": org,
    }  # fmt: skip


def _course(discipline: catalogue.Discipline) -> str:
    return f"course-{discipline.code}"


def _class(number: int) -> str:
    return f"class-{number + 1:05}"
