"""Courses: sections, elements, their files, what each student has completed, and imported history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from polytech.academics.api import Discipline, Offering
from polytech.files.api import Blob
from polytech.people.api import Person


class Course(models.Model):
    """A course of the portal. One course may serve several offerings (parallel groups).

    `version` grows with every change of what readers share; cached bodies and ETags are keyed by it. `countable`
    is the number of elements that a student can complete. Triggers keep both (migration 0002), so that an importer's
    bulk writes cannot forget them.
    """

    title = models.TextField()
    summary_html = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="kk")
    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, null=True, related_name="courses")
    version = models.BigIntegerField(default=1)
    countable = models.IntegerField(default=0, editable=False)
    published = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)


class CourseOffering(models.Model):
    """The course in which an offering is taught."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="offerings")
    offering = models.OneToOneField(Offering, on_delete=models.CASCADE, related_name="course_link")


class Section(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    position = models.IntegerField()
    week = models.SmallIntegerField(null=True, help_text=_("Week of the period; empty for a section outside the weeks"))
    title = models.TextField()
    summary_html = models.TextField(blank=True)
    visible = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"], name="section_position", deferrable=models.Deferrable.DEFERRED
            ),
        ]


class ElementKind(models.TextChoices):
    PAGE = "page", _("Text")
    BOOK = "book", _("Book")
    LABEL = "label", _("Note")
    FILE = "file", _("File")
    FOLDER = "folder", _("Folder")
    LINK = "link", _("Link")
    VIDEO = "video", _("Video")
    ASSIGNMENT = "assignment", _("Assignment")
    TEST = "test", _("Test")
    FORUM = "forum", _("Discussion")
    OTHER = "other", _("Other element")


class Element(models.Model):
    """One thing to study or to do. `kept` holds what an importer read and no room can use yet."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="elements")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="elements")
    position = models.IntegerField()
    kind = models.TextField(choices=ElementKind.choices)
    title = models.TextField()
    body_html = models.TextField(blank=True)
    url = models.URLField(blank=True, max_length=2000)
    duration_minutes = models.IntegerField(null=True)
    size_bytes = models.BigIntegerField(default=0)
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    visible = models.BooleanField(default=True)
    kept = models.JSONField(default=dict)
    origin = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ElementKind.values), name="element_kind"),
            models.UniqueConstraint(
                fields=["section", "position"], name="element_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["course", "origin"], name="element_origin_once", condition=~Q(origin="")),
        ]
        indexes = [models.Index(fields=["course", "due_at"], name="element_due", condition=Q(due_at__isnull=False))]


class Chapter(models.Model):
    """A chapter of a book element."""

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="chapters")
    position = models.IntegerField()
    title = models.TextField()
    body_html = models.TextField(blank=True)
    is_subchapter = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["element", "position"], name="chapter_position")]


class CourseFile(models.Model):
    """A file of a course: attached to an element or a section text, or shown inside its HTML."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="files")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, null=True, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    path = models.TextField(help_text=_("Folder path and name, as shown"))
    embedded = models.BooleanField(default=False)


class Completion(models.Model):
    """A student has completed an element."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="completions")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    completed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "element"], name="completion_once")]
        indexes = [models.Index(fields=["person", "course"], name="completion_of_course")]


class Progress(models.Model):
    """How far a student is in a course: a summary of the completions, recomputed by a trigger when they change.

    It speaks of the course's `version` when it was computed. When the course has a newer one, readers compute from
    the completions instead.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    version = models.BigIntegerField()
    done = models.IntegerField()
    next_element = models.ForeignKey(Element, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="progress_once")]


class AccessGap(models.Model):
    """An offering whose students have nothing to read (R1-09). Found by the nightly check, gone when mended."""

    class Reason(models.TextChoices):
        NO_COURSE = "no-course", _("No course in the portal")
        UNPUBLISHED = "unpublished", _("The course is not published")
        EMPTY = "empty", _("The course has no materials")

    offering = models.OneToOneField(Offering, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(choices=Reason.choices)
    students = models.IntegerField()
    found_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["no-course", "unpublished", "empty"]), name="access_gap_reason"
            ),
        ]


class CourseGroup(models.Model):
    """A group of students within a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="groups")
    title = models.TextField()
    description_html = models.TextField(blank=True)
    origin = models.TextField(blank=True)
    members = models.ManyToManyField(Person, related_name="course_groups")


class GradeHistory(models.Model):
    """A grade that another system gave: shown as history, never counted."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="grade_history")
    element = models.ForeignKey(Element, on_delete=models.SET_NULL, null=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="grade_history")
    source = models.TextField(default="moodle")
    source_user = models.TextField(blank=True, help_text=_("Who it was there, kept while nobody here matches"))
    item_title = models.TextField()
    grade = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    grade_max = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    feedback_html = models.TextField(blank=True)
    graded_at = models.DateTimeField(null=True)
