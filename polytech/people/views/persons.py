"""Persons: search, one person, accounts by hand, roles, help with sign-in, their trail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from polytech.footprint.api import PAGE, place_of, trail_of
from polytech.kernel.actions import Refused
from polytech.kernel.addresses import whole_number
from polytech.people import access
from polytech.people.actions import (
    end_role,
    end_sessions_of,
    grant_role,
    make_person,
    new_password,
    reset_password,
    reset_second_factor,
)
from polytech.people.forms import PersonForm, ReasonForm, RoleForm
from polytech.people.models import Role, RoleGrant
from polytech.people.names import NAME_FIELDS, name_in_lists
from polytech.people.queries import find_persons, read_person
from polytech.people.readings import recorded
from polytech.people.views.account import footprint_context
from polytech.ui.api import render_page


def _place(request: HttpRequest) -> tuple[str, int] | None:
    number = whole_number(request.GET.get("id", ""))
    return (request.GET.get("after", ""), number) if number else None


@require_GET
@recorded("people")
def persons(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has_role(Role.ADMINISTRATOR, Role.SUPPORT, Role.QUALITY, Role.REGISTRAR, Role.DEAN):
        raise Http404
    text, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    hand_made = bool(request.GET.get("hand"))
    found, following = find_persons(
        access.SEE_PERSON.visible(viewer), text=text, role=role if role in Role.values else "", hand_made=hand_made,
        after=_place(request),
    )  # fmt: skip
    kept = request.GET.copy()
    for name in ("after", "id"):
        kept.pop(name, None)
    context = {
        "rows": [(person, name_in_lists(person)) for person in found],
        "text": text,
        "role": role,
        "hand_made": hand_made,
        "roles": Role.choices,
        "older": f"?{'&'.join(part for part in (kept.urlencode(), following) if part)}" if following else None,
        "may_make": access.may_make_persons(viewer),
        "is_administrator": viewer.has_role(Role.ADMINISTRATOR),
    }
    return render_page(request, "people/persons.html", context, current="people")


@require_GET
@recorded("person", thing="person_id")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.SEE_PERSON.get(viewer, pk=person_id)
    page = read_person(found)
    endable = [grant for grant in page.grants if access.may_end(viewer, grant)]
    context = {
        "page": page,
        "name": name_in_lists(found),
        "may_change": access.CHANGE_PERSON.allows(viewer, found),
        "may_act": access.ACT_FOR.allows(viewer, found),
        "may_reset": access.RESET_SIGN_IN.allows(viewer, found),
        "may_see_footprint": access.SEE_FOOTPRINT.allows(viewer, found),
        "endable": {grant.pk for grant in endable},
        "feed_roles_endable": any(grant.sourced_id for grant in endable),
    }
    return render_page(request, "people/person.html", context, current="people")


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not access.may_make_persons(viewer):
        raise Http404
    form = PersonForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        data, password = form.cleaned_data, new_password()
        names = {name: data.get(name, "") for name in NAME_FIELDS}
        try:
            made = make_person(
                viewer=viewer, username=data["username"], email=data["email"], names=names, number=data["number"],
                password=password, role=Role(data["role"]) if data["role"] else None,
                org_id=data["org"].pk if data["org"] else None,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("number" if refused.code.startswith("iin") else "username", str(refused.sentence))
        else:
            return _shown_once(request, made.pk, made.username, password)
    return render_page(request, "people/new_person.html", {"form": form}, current="people")


@require_http_methods(["GET", "POST"])
def give_role(request: HttpRequest, person_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.CHANGE_PERSON.get(viewer, read=access.SEE_PERSON, pk=person_id)
    form = RoleForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            grant_role(
                viewer=viewer, person=found, role=Role(data["role"]), org_id=data["org"].pk if data["org"] else None,
                starts_on=data["starts_on"], ends_on=data["ends_on"],
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("The role is given."))
            return HttpResponseRedirect(f"/people/{found.pk}/")
    context = {"form": form, "person": found, "name": name_in_lists(found)}
    return render_page(request, "people/give_role.html", context, current="people")


@require_POST
def take_role(request: HttpRequest, person_id: int, grant_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.CHANGE_PERSON.get(viewer, read=access.SEE_PERSON, pk=person_id)
    grant = RoleGrant.objects.filter(pk=grant_id, person=found).first()
    if grant is None:
        raise Http404
    end_role(viewer=viewer, grant=grant)
    if grant.sourced_id:
        messages.warning(
            request, _("The role is ended until the next delivery. End it in the student information system too.")
        )
    else:
        messages.success(request, _("The role is ended."))
    return HttpResponseRedirect(f"/people/{found.pk}/")


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, person_id: int, what: str) -> HttpResponse:
    """A new password, no second factors any more, or only signed out: each ends the sessions, and has a reason."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.RESET_SIGN_IN.get(viewer, read=access.SEE_PERSON, pk=person_id)
    if viewer.is_acting:
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if what == "password":
            password = reset_password(viewer=viewer, person=found, reason=reason)
            return _shown_once(request, found.pk, found.username, password)
        if what == "sessions":
            end_sessions_of(viewer=viewer, person=found, reason=reason)
            done = _("All sessions of the person are ended.")
        else:
            reset_second_factor(viewer=viewer, person=found, reason=reason)
            done = _("The second factors are removed; the person sets up new ones at the next sign-in.")
        messages.success(request, done)
        return HttpResponseRedirect(f"/people/{found.pk}/")
    context = {"form": form, "person": found, "name": name_in_lists(found), "what": what}
    return render_page(request, "people/reset.html", context, current="people")


@require_GET
@recorded("footprint", thing="person_id")
def footprint(request: HttpRequest, person_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = access.SEE_FOOTPRINT.get(viewer, pk=person_id)
    lines = trail_of(found.pk, before=place_of(request.GET.get("before", "")), limit=PAGE + 1)
    context = {**footprint_context(lines, found.pk), "person": found, "name": name_in_lists(found)}
    return render_page(request, "people/footprint.html", context, current="people")


def _shown_once(request: HttpRequest, person_id: int, username: str, password: str) -> HttpResponse:
    context = {"person_id": person_id, "username": username, "password": password}
    response = render_page(request, "people/password_once.html", context, current="people")
    response.headers["Cache-Control"] = "no-store"
    return response
