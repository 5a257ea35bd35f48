"""Writes of learning. `by` is in whose name; None means the portal itself (an importer, the demo university)."""

from django.utils.translation import gettext_lazy as _

from polytech.academics.api import Discipline, Offering
from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel.actions import Refused, action
from polytech.learning import access
from polytech.learning.models import Completion, Course, CourseOffering, Element
from polytech.people.api import Viewer

LONGEST_TITLE = 300


@action
def start_course(
    *,
    by: Viewer | None,
    title: str,
    language: str = "kk",
    summary_html: str = "",
    discipline: Discipline | None = None,
    offering: Offering | None = None,
    published: bool = True,
) -> Course:
    """A new course without contents, connected with the offering when one is given.

    Args:
        by: a teacher of the offering or a methodologist over it; None for the portal itself.
        summary_html: cleaned HTML.
        discipline: by default the offering's.

    Raises:
        Http404, PermissionDenied: the person may not make a course for the offering.
        Refused: `title-missing`; `already-connected` when the offering has a course.
    """
    if by is not None:
        offering = access.build_course.get(by, pk=offering.pk if offering else None)
    course = Course.objects.create(
        title=_checked_title(title),
        language=language,
        summary_html=summary_html,
        discipline=discipline or (offering.discipline if offering else None),
        published=published,
    )
    _record(by, Verb.CREATED, course)
    if offering is not None:
        _connect(by, course, offering)
    return course


@action
def link_offering(*, by: Viewer | None, course: Course, offering: Offering) -> CourseOffering:
    """Let the course serve one more offering (a parallel group).

    Raises:
        Http404, PermissionDenied: the person may change neither or only one of the two.
        Refused: `already-connected` when the offering has a course.
    """
    if by is not None:
        access.change_course.get(by, read=access.read_course, pk=course.pk)
        access.build_course.get(by, pk=offering.pk)
    return _connect(by, course, offering)


@action
def set_published(*, by: Viewer | None, course: Course, published: bool) -> Course:
    """Open the course for its students, or take it back. Nothing is lost either way."""
    if by is not None:
        access.change_course.get(by, read=access.read_course, pk=course.pk)
    Course.objects.filter(pk=course.pk).update(published=published)
    _record(by, Verb.CHANGED, course, published=published)
    course.refresh_from_db()
    return course


@action
def rename_course(*, by: Viewer | None, course: Course, title: str) -> Course:
    """Give the course another title.

    Raises:
        Refused: `title-missing`.
    """
    if by is not None:
        access.change_course.get(by, read=access.read_course, pk=course.pk)
    before = course.title
    Course.objects.filter(pk=course.pk).update(title=_checked_title(title))
    course.refresh_from_db()
    _record(by, Verb.CHANGED, course, title_before=before)
    return course


@action
def complete_element(*, by: Viewer, element_id: int, done: bool = True) -> Element:
    """Mark an element as completed by the student, or take the mark back. Doing it twice changes nothing.

    Raises:
        Http404: the element is not there for this person.
        PermissionDenied: the person reads the course but does not study in it.
        Refused: `not-open-yet`.
    """
    element = access.complete_element.get(by, read=access.read_element, pk=element_id)
    now = clock.now()
    if element.opens_at is not None and element.opens_at > now:
        raise Refused(_("This element is not open yet."), code="not-open-yet")
    if done:
        _completion, changed = Completion.objects.get_or_create(
            person_id=by.person_id,
            element_id=element_id,
            defaults={"course_id": element.course_id, "completed_at": now},
        )
    else:
        changed = bool(Completion.objects.filter(person_id=by.person_id, element_id=element_id).delete()[0])
    if changed:
        record(
            verb=Verb.COMPLETED if done else Verb.CHANGED,
            object_kind="element",
            object_id=element_id,
            course_id=element.course_id,
            actor_id=by.person_id,
            acted_by_id=by.acted_by_id,
            extra=None if done else {"completed": False},
        )
    return element


def _checked_title(title: str) -> str:
    words = " ".join(title.split())[:LONGEST_TITLE]
    if not words:
        raise Refused(_("A course needs a title."), code="title-missing")
    return words


def _connect(by: Viewer | None, course: Course, offering: Offering) -> CourseOffering:
    link, is_new = CourseOffering.objects.get_or_create(offering=offering, defaults={"course": course})
    if not is_new and link.course_id != course.pk:
        raise Refused(_("This group already has a course."), code="already-connected")
    if is_new:
        _record(by, Verb.CHANGED, course, offering=offering.pk)
    return link


def _record(by: Viewer | None, verb: Verb, course: Course, **extra: object) -> None:
    record(
        verb=verb,
        object_kind="course",
        object_id=course.pk,
        course_id=course.pk,
        actor_id=by.person_id if by else None,
        acted_by_id=by.acted_by_id if by else None,
        extra=extra or None,
    )
