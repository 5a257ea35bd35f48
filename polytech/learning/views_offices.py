"""Making courses, and what the offices watch: students without materials, programmes without courses."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from polytech.kernel.actions import Refused
from polytech.kernel.addresses import whole_number
from polytech.kernel.text import pick
from polytech.learning import access, actions
from polytech.learning.forms import NewCourseForm, RenameForm
from polytech.learning.models import AccessGap
from polytech.learning.queries import access_gaps, courses_to_connect, programme_coverage, running_period
from polytech.people.api import full_name, recorded
from polytech.regulation.api import materials_within_reach
from polytech.ui.api import render_page


def _to_course(course_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("learning:course", args=[course_id]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Make a course for an offering, or let an existing one serve it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    offering = access.build_course.get(viewer, pk=whole_number(request.GET.get("offering", "")))
    link = getattr(offering, "course_link", None)
    if link is not None:
        return _to_course(link.course_id)
    title = pick(offering.title) or pick(offering.discipline.title)
    form = NewCourseForm(request.POST or None, initial={"title": title, "published": True})
    known = courses_to_connect(viewer, offering)
    try:
        if request.method == "POST" and "course" in request.POST:
            chosen = access.change_course.get(viewer, pk=whole_number(request.POST["course"]))
            actions.link_offering(by=viewer, course=chosen, offering=offering)
            return _to_course(chosen.pk)
        if request.method == "POST" and form.is_valid():
            made = actions.start_course(by=viewer, offering=offering, **form.cleaned_data)
            messages.success(request, _("The course has been made."))
            return _to_course(made.pk)
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
    context = {"form": form, "offering": offering, "title": title, "known": known}
    return render_page(request, "learning/new.html", context, current="courses", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, course_id: int) -> HttpResponseBase:
    """Rename a course, publish it or take it back."""
    viewer = request.viewer  # type: ignore[attr-defined]
    course = access.change_course.get(viewer, read=access.read_course, pk=course_id)
    form = RenameForm(request.POST if "title" in request.POST else None, initial={"title": course.title})
    if request.method == "POST" and "published" in request.POST:
        published = request.POST["published"] == "yes"
        actions.set_published(by=viewer, course=course, published=published)
        messages.success(
            request, _("The course is published.") if published else _("The course is hidden from students.")
        )
        return _to_course(course.pk)
    if request.method == "POST" and form.is_valid():
        actions.rename_course(by=viewer, course=course, title=form.cleaned_data["title"])
        messages.success(request, _("The title has been saved."))
        return _to_course(course.pk)
    context = {"form": form, "course": course}
    return render_page(
        request, "learning/settings.html", context, current="courses", status=422 if form.errors else 200
    )


def _remedy(gap: AccessGap) -> str:
    """Who has to do what, in the words of the rule."""
    finding = materials_within_reach(
        students=gap.students,
        has_course=gap.reason != AccessGap.Reason.NO_COURSE,
        published=gap.reason == AccessGap.Reason.EMPTY,
        elements=0,
    )
    return pick(finding.remedy)


@require_safe
@recorded("access-gaps")
def without_access(request: HttpRequest) -> HttpResponseBase:
    """Students who are enrolled but have nothing to read (R1-09)."""
    viewer = request.viewer  # type: ignore[attr-defined]
    units = viewer.units(*access.GAP_READERS)
    if units is not None and not units:
        raise PermissionDenied
    gaps = access_gaps(units)
    offerings = [gap.offering_id for gap in gaps]
    # Some of those who watch may neither build nor read: no way is offered that would end at a closed door.
    context = {
        "gaps": gaps,
        "remedy": _remedy,
        "full_name": full_name,
        "buildable": set(access.build_course.visible(viewer).filter(pk__in=offerings).values_list("pk", flat=True)),
        "readable": set(
            access.read_course.visible(viewer).filter(offerings__offering__in=offerings).values_list("pk", flat=True)
        ),
    }
    return render_page(request, "learning/without_access.html", context, current="courses")


@require_safe
@recorded("coverage")
def coverage(request: HttpRequest) -> HttpResponseBase:
    """How far the disciplines of each programme have a course with contents (R1-04)."""
    units = request.viewer.units(*access.COVERAGE_READERS)  # type: ignore[attr-defined]
    if units is not None and not units:
        raise PermissionDenied
    period = running_period()
    programmes = programme_coverage(units, period) if period else []
    context = {"period": period, "programmes": programmes}
    return render_page(request, "learning/coverage.html", context, current="coverage")
