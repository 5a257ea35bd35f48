"""The teacher's pages of the import: upload, progress and report."""

import csv
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from polytech.integrations.moodle import access, actions, sentences
from polytech.integrations.moodle.forms import UploadForm
from polytech.integrations.moodle.importing import progress_state, topic
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.moodle.tables import counts_table, csv_rows, lines_by_section
from polytech.kernel.actions import Refused
from polytech.kernel.streams import stream_url
from polytech.learning.api import read_course
from polytech.people.api import recorded
from polytech.ui.api import render_page, same_origin, size

_SHOWN_PEOPLE = 100
# The form's own part of an upload beside the file.
_FORM_BYTES = 100_000


@csrf_exempt
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, course_id: int) -> HttpResponseBase:
    """Earlier imports of a course, and the form for another.

    Guarded by the request's origin instead of a token: checking a token would mean taking in the whole upload before
    its size is looked at.
    """
    viewer = request.viewer  # type: ignore[attr-defined]
    course = access.import_into.get(viewer, read=read_course, pk=course_id)
    form = UploadForm()
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MOODLE_UPLOAD_BYTES + _FORM_BYTES:
            form = UploadForm({}, {})
            limit = size(settings.MOODLE_UPLOAD_BYTES)
            form.add_error("backup", _("The file is larger than %(limit)s.") % {"limit": limit})
            return _imports_page(request, course, form, 413)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["backup"]
            try:
                row = actions.start_import(by=viewer, course=course, stream=file, name=file.name or "backup.mbz")
            except Refused as refused:
                form.add_error("backup", str(refused.sentence))
            else:
                return HttpResponseRedirect(reverse("moodle:report", args=[course.pk, row.pk]), status=303)
    return _imports_page(request, course, form, 422 if form.errors else 200)


def _imports_page(request: HttpRequest, course: Any, form: UploadForm, status: int) -> HttpResponse:
    earlier = MoodleImport.objects.filter(course=course).select_related("backup").order_by("-pk")[:50]
    context = {"course": course, "form": form, "earlier": list(earlier), "steps": sentences.STEPS}
    return render_page(request, "moodle/imports.html", context, current="courses", status=status)


def _import(request: HttpRequest, course_id: int, import_id: int) -> MoodleImport:
    viewer = request.viewer  # type: ignore[attr-defined]
    access.import_into.get(viewer, read=read_course, pk=course_id)
    return access.read_import.get(viewer, pk=import_id, course_id=course_id)


@require_safe
@recorded("moodle-import", thing="import_id")
def report(request: HttpRequest, course_id: int, import_id: int) -> HttpResponseBase:
    """How far an import is; when it has ended, what came and what did not."""
    row = _import(request, course_id, import_id)
    is_going = row.state in (MoodleImport.State.WAITING, MoodleImport.State.RUNNING)
    found = row.report
    context = {
        "row": row,
        "course": row.course,
        "is_going": is_going,
        "what": sentences.STEPS.get(row.step, sentences.STEPS[""]),
        "stream": stream_url(topic(row)) if is_going else "",
        "counts": counts_table(found),
        "sections": lines_by_section(found),
        "findings": [(finding["level"], sentences.sentence(finding)) for finding in found.get("findings", [])],
        "files": [sentences.kept_files_sentence(file) for file in found.get("files", [])],
        "grade_items": found.get("grade_items", []),
        "people": found.get("unmatched", [])[:_SHOWN_PEOPLE],
        "people_count": len(found.get("unmatched", [])),
        "backup": {"release": "", "course": "", **found.get("backup", {})},
        "outcomes": sentences.OUTCOMES,
    }
    return render_page(request, "moodle/report.html", context, current="courses")


@require_safe
def state(request: HttpRequest, course_id: int, import_id: int) -> HttpResponseBase:
    """How far an import is, for the page's own script."""
    row = _import(request, course_id, import_id)
    what = str(sentences.STEPS.get(row.step, sentences.STEPS[""]))
    return JsonResponse({"share": row.share_done, "what": what, "state": progress_state(row)})


@require_safe
@recorded("moodle-import", thing="import_id")
def report_csv(request: HttpRequest, course_id: int, import_id: int) -> HttpResponseBase:
    """The whole report as a table for a spreadsheet."""
    row = _import(request, course_id, import_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="moodle-import-{row.pk}.csv"'
    # The mark by which spreadsheets know UTF-8.
    response.write("\ufeff")
    csv.writer(response).writerows(csv_rows(row.report))
    return response
