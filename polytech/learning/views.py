"""Reading a course: the list of courses, the course, its elements and files."""

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from polytech.files.api import serve
from polytech.footprint.api import Verb
from polytech.kernel.actions import Refused
from polytech.kernel.addresses import whole_number
from polytech.learning import access, actions
from polytech.learning.bodies import compose, draw_once
from polytech.learning.models import ElementKind
from polytech.learning.queries import read_course_page, read_courses, read_element_page
from polytech.learning.tools import course_tools
from polytech.people.api import hot, record_reading
from polytech.ui.api import language, not_modified, render_page, same_origin

HEAD_FACTS = ("id", "title", "sees_hidden", "reads_grades", "discipline", "offering")


@require_safe
@hot
def courses(request: HttpRequest) -> HttpResponseBase:
    page = read_courses(request, search=request.GET.get("q", ""), after=whole_number(request.GET.get("after", "")))
    return not_modified(request, page.tag) or render_page(
        request, "learning/courses.html", {"page": page}, current="courses"
    )


@require_safe
@hot
def course(request: HttpRequest, course_id: int) -> HttpResponseBase:
    page = read_course_page(request, course_id, language())
    if answer := not_modified(request, page.tag):
        return answer
    viewer = request.viewer  # type: ignore[attr-defined]
    changes = page.head["teaches"] or (page.head["oversees"] and viewer.has_role(*access.BUILDERS))
    head = {name: page.head[name] for name in HEAD_FACTS}
    key = (orjson.dumps(head), changes, page.marks.now.date())
    context = {
        "page": page,
        "course": page.head,
        "changes": changes,
        "tools": course_tools(),
        "overlay": compose(page.body, page.marks),
        "heading": draw_once(page.body, "heading", key, head, page.live_share),
        "beside": draw_once(page.body, "beside", key, head, page.live_share, changes, course_tools()),
    }
    return render_page(request, "learning/course.html", context, current="courses")


@require_safe
@hot
def element(request: HttpRequest, course_id: int, element_id: int) -> HttpResponseBase:
    chapter_id = whole_number(request.GET.get("chapter", ""))
    if "chapter" in request.GET and not chapter_id:
        raise Http404
    page = read_element_page(request, course_id, element_id, chapter_id)
    if answer := not_modified(request, page.tag):
        return answer
    context = {"page": page, "element": page.data, "kind_words": ElementKind(page.data["kind"]).label}
    return render_page(request, "learning/element.html", context, current="courses")


@csrf_exempt
@same_origin
@require_POST
def complete(request: HttpRequest, course_id: int, element_id: int) -> HttpResponse:
    """Marks the element as completed, or not (`undo`), and leads back to it."""
    try:
        found = actions.complete_element(
            by=request.viewer,  # type: ignore[attr-defined]
            element_id=element_id,
            done="undo" not in request.POST,
        )
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(reverse("learning:element", args=[course_id, element_id]), status=303)
    return HttpResponseRedirect(reverse("learning:element", args=[found.course_id, found.pk]), status=303)


def _begins(asked: str) -> bool:
    """Whether this is the beginning of a reading: players ask for piece after piece, some first for two bytes."""
    piece = asked.replace(" ", "")
    return piece.startswith("bytes=0-") and piece != "bytes=0-1"


@require_safe
def file(request: HttpRequest, course_id: int, file_id: int, name: str) -> HttpResponseBase:
    """A file of the course. Its name in the address is for the reader's eyes; the number decides."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.read_file.get(viewer, pk=file_id, course_id=course_id)
    if not found.embedded and _begins(request.headers.get("Range", "bytes=0-")):
        record_reading(request, "file", found.pk, course_id, Verb.DOWNLOADED)
    return serve(found.blob, found.path.rsplit("/", 1)[-1], as_attachment="download" in request.GET, request=request)
