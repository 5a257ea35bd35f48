"""The people of a course, and the grades that other systems gave."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from polytech.kernel.addresses import whole_number
from polytech.learning import access
from polytech.learning.queries import (
    grades_of_course,
    grades_of_item,
    grades_of_person,
    read_participants,
)
from polytech.people.api import hot, name_in_lists, recorded
from polytech.ui.api import not_modified, render_page


@require_safe
@hot
def participants(request: HttpRequest, course_id: int) -> HttpResponseBase:
    page = read_participants(
        request,
        course_id,
        after=whole_number(request.GET.get("after", "")),
        group_id=whole_number(request.GET.get("group", "")),
    )
    return not_modified(request, page.tag) or render_page(
        request, "learning/participants.html", {"page": page, "course": page.data["course"]}, current="courses"
    )


@require_safe
@recorded("grades")
def grades(request: HttpRequest) -> HttpResponseBase:
    courses = grades_of_person(request.viewer.person_id)  # type: ignore[attr-defined]
    return render_page(request, "learning/grades.html", {"courses": courses}, current="grades")


@require_safe
@recorded("course-grades", thing="course_id")
def course_grades(request: HttpRequest, course_id: int) -> HttpResponseBase:
    """The history of a course: its items, or with `item` the grades of one."""
    viewer = request.viewer  # type: ignore[attr-defined]
    course = access.read_grades.get(viewer, read=access.read_course, pk=course_id)
    context: dict[str, object] = {"course": course, "item": request.GET.get("item", ""), "name_in_lists": name_in_lists}
    if context["item"]:
        after = whole_number(request.GET.get("after", ""))
        context["page"] = grades_of_item(course, str(context["item"]), after=after)
    else:
        context["items"] = grades_of_course(course)
    return render_page(request, "learning/course_grades.html", context, current="courses")
