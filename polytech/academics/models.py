"""Programmes and their students, disciplines, offerings with enrolments, and the timetable."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from polytech.kernel.records import FedRecord
from polytech.kernel.text import TranslatedField
from polytech.people.api import OrgUnit, Person


class AcademicPeriod(FedRecord):
    """A school year or a term of it (OneRoster: academic session)."""

    class Kind(models.TextChoices):
        YEAR = "year", _("Academic year")
        TERM = "term", _("Term")

    kind = models.TextField(choices=Kind.choices)
    title = TranslatedField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="terms")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["year", "term"]), name="academic_period_kind"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="academic_period_dates"),
        ]


class Programme(FedRecord):
    """An education programme, for example 6B06101."""

    code = models.TextField()
    title = TranslatedField()
    org = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True)


class StudyForm(models.TextChoices):
    FULL_TIME = "full-time", _("Full-time")
    EVENING = "evening", _("Evening")
    ONLINE = "online", _("Online learning")


class StudentProgramme(FedRecord):
    """A student's place in a programme, with the form of study (a form, not a way of teaching: R3-03)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="programmes")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="students")
    study_form = models.TextField(choices=StudyForm.choices)
    study_year = models.SmallIntegerField(default=1)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    adviser = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="advised")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(study_form__in=StudyForm.values), name="student_programme_form"),
        ]


class Discipline(FedRecord):
    """A discipline of the catalogue (OneRoster: course)."""

    code = models.TextField()
    title = TranslatedField()
    credits = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    org = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True)


class LearningOutcome(FedRecord):
    """What a student of the discipline can do afterwards."""

    discipline = models.ForeignKey(Discipline, on_delete=models.CASCADE, related_name="outcomes")
    code = models.TextField()
    text = TranslatedField()
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["discipline_id", "position", "id"]


class ProgrammeDiscipline(FedRecord):
    """A discipline in a programme's curriculum, and in which year of study."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="disciplines")
    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="programmes")
    study_year = models.SmallIntegerField(null=True)


class Offering(FedRecord):
    """A discipline taught to one group of students in one period (OneRoster: class)."""

    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="offerings")
    period = models.ForeignKey(AcademicPeriod, on_delete=models.PROTECT, related_name="offerings")
    org = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True)
    code = models.TextField(blank=True)
    title = TranslatedField()


class EnrolmentRole(models.TextChoices):
    STUDENT = "student", _("Student")
    TEACHER = "teacher", _("Teacher")


class Enrolment(FedRecord):
    """A person's place in an offering."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="enrolments")
    role = models.TextField(choices=EnrolmentRole.choices)
    is_primary = models.BooleanField(default=False)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=EnrolmentRole.values), name="enrolment_role"),
            models.UniqueConstraint(
                fields=["person", "offering", "role"], name="enrolment_once", condition=Q(ended_at=None)
            ),
        ]
        indexes = [
            # A card of a course names its teacher, who is one among a hundred enrolments.
            models.Index(fields=["offering"], name="enrolment_teachers", condition=Q(role="teacher", ended_at=None)),
        ]


class Room(models.Model):
    """A room of the timetable, known by its name."""

    name = models.TextField(unique=True)


class ClassKind(models.TextChoices):
    LECTURE = "lecture", _("Lecture")
    PRACTICAL = "practical", _("Practical class")
    LABORATORY = "laboratory", _("Laboratory class")


class ClassFormat(models.TextChoices):
    """How a class is held (R3-02, R3-11): in a room, live over the internet, or not tied to place and time."""

    CLASSROOM = "classroom", _("Classroom")
    SYNCHRONOUS = "synchronous", _("Live")
    ASYNCHRONOUS = "asynchronous", _("Asynchronous")


class Slot(FedRecord):
    """A place in the timetable: one weekday and time, on every, odd or even week between two dates.

    `parity` is `kernel.clock.week_parity` of the weeks on which it is held; None means every week. A slot held
    jointly with another one names it in `joint_with` and so may share its room. The constraint `slot_room_clash`
    (migration 0002) keeps two others out of one room at one time.
    """

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="slots")
    kind = models.TextField(choices=ClassKind.choices)
    format = models.TextField(choices=ClassFormat.choices)
    weekday = models.SmallIntegerField(help_text=_("1 is Monday"))
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    parity = models.SmallIntegerField(null=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="slots")
    link = models.URLField(blank=True, max_length=1000)
    teacher = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    joint_with = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ClassKind.values), name="slot_kind"),
            models.CheckConstraint(condition=Q(format__in=ClassFormat.values), name="slot_format"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="slot_weekday"),
            models.CheckConstraint(condition=Q(parity__in=(0, 1)), name="slot_parity"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_times"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="slot_dates"),
        ]


class CalendarLink(models.Model):
    """The secret address of a person's iCalendar feed. Revoking makes a new one needed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calendar_links")
    token = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], name="calendar_link_once", condition=Q(revoked_at=None)),
        ]
