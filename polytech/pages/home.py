"""The home page: one page for a person of any roles, in sections."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from polytech.academics.api import CLOCK_PARAMETERS
from polytech.kernel import clock
from polytech.kernel.text import pick
from polytech.pages.desks import desks_of
from polytech.pages.queries import HOME_SQL, MOST_CARDS
from polytech.people.api import Role, Viewer, hot, read_page
from polytech.ui.api import day as day_in_words
from polytech.ui.api import not_modified, render_page, time_of_day

DUE_AHEAD = timedelta(days=14)
MORNING, DAY, EVENING, NIGHT = 5, 12, 18, 23


def greeting(viewer: Viewer, hour: int) -> str:
    """A greeting by the time of day, with the given name where it is known."""
    name = pick(viewer.given_name) or pick(viewer.name) or viewer.username
    if MORNING <= hour < DAY:
        return _("Good morning, %(name)s") % {"name": name}
    if DAY <= hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    if EVENING <= hour < NIGHT:
        return _("Good evening, %(name)s") % {"name": name}
    return _("Hello, %(name)s") % {"name": name}


def _due_words(due_at: str, now: datetime) -> tuple[str, str]:
    """When something is due in words, and the tone of its badge."""
    moment = timezone.localtime(datetime.fromisoformat(due_at))
    at = time_of_day(moment)
    if moment < now:
        return _("overdue since %(day)s") % {"day": day_in_words(moment, "short")}, "bad"
    if moment.date() == now.date():
        return _("today %(time)s") % {"time": at}, "warn"
    if moment.date() == now.date() + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": at}, ""
    return day_in_words(moment, "short"), ""


def _needs(viewer: Viewer, body: dict[str, Any]) -> list[dict[str, str]]:
    """What the portal needs from the reader or for the reader; each says who acts next."""
    needs = []
    if viewer.lacks_second_factor and settings.SECOND_FACTOR != "off":
        needs.append(
            {
                "tone": "warn",
                "text": _(
                    "Your account has no second factor yet. You act next: set up a passkey or an app with codes, "
                    "so that a stolen password is not enough."
                ),
                "href": "/account/2fa/",
                "button": _("Set up"),
            }
        )
    if viewer.has_role(Role.STUDENT) and body["study"] is None:
        needs.append(
            {
                "tone": "info",
                "text": _(
                    "The portal does not know your education programme yet. The registrar's office acts next; "
                    "you need not do anything. Ask there if it stays so for more than two working days."
                ),
            }
        )
    if not viewer.grants:
        needs.append(
            {
                "tone": "info",
                "text": _("Your account has no role yet. The registrar's office acts next."),
            }
        )
    return needs


def _waiting(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What waits for a teacher, the running things first."""
    waiting = []
    for found in body["imports"]:
        href = f"/courses/{found['course']}/import/{found['id']}/" if found["course"] else "/courses/"
        badge = {
            "waiting": (_("waits"), ""),
            "running": (_("running"), "info"),
            "done": (_("done: read the report"), "ok"),
            "refused": (_("refused: read why"), "bad"),
        }.get(found["state"], (found["state"], ""))
        waiting.append({"href": href, "title": found["source"], "meta": _("import"), "icon": "package", "badge": badge})
    for offering in body["without_course"]:
        waiting.append(
            {
                "href": f"/courses/new/?offering={offering['id']}",
                "title": offering["title"],
                "meta": offering["code"],
                "icon": "plus",
                "badge": (_("no course yet"), "warn"),
            }
        )
    for card in body["cards"]:
        if card["as_teacher"] and not (card["total"] and card["published"]):
            badge = (_("no content yet"), "warn") if not card["total"] else (_("not published"), "warn")
            waiting.append(
                {
                    "href": f"/courses/{card['course_id']}/",
                    "title": card["title"],
                    "meta": _("course"),
                    "icon": "book-open",
                    "badge": badge,
                }
            )
    return waiting


def _card(card: dict[str, Any]) -> dict[str, Any]:
    total, done = card["total"] or 0, card["done"] or 0
    return {**card, "percent": round(100 * done / total) if total else None, "teacher": pick(card["teacher"])}


@hot
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is today, what is due, what waits, and the desk of each office that the reader holds."""
    now = clock.now()
    midnight = timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), datetime.min.time()))
    parameters = {"due_until": midnight + DUE_AHEAD, **CLOCK_PARAMETERS}
    page = read_page(request, HOME_SQL, parameters, object_kind="home")
    body, viewer = page.body, page.viewer
    desks = desks_of(viewer)
    hello, needs = greeting(viewer, now.hour), _needs(viewer, body)
    due = [{**item, "badge": _due_words(item["due_at"], now)} for item in body["due"]]
    # What changes with the clock and not with the data: the day, the greeting, and what has fallen due.
    by_the_clock = repr((now.date(), hello, needs, desks, [item["badge"] for item in due]))
    if answer := not_modified(request, page.text or "", by_the_clock):
        return answer
    shown = body["today"]["day"]
    context = {
        "hello": hello,
        "needs": needs,
        "today": now.date(),
        "classes": body["today"]["classes"],
        "shown": date.fromisoformat(shown) if shown else None,
        "following": body["today"]["following"],
        "due": due,
        "cards": [_card(card) for card in body["cards"][:MOST_CARDS]],
        "more_cards": len(body["cards"]) > MOST_CARDS,
        "announcements": body["announcements"],
        "study": body["study"],
        "studies": viewer.has_role(Role.STUDENT) or any(not card["as_teacher"] for card in body["cards"]),
        "teaches": viewer.has_role(Role.TEACHER) or any(card["as_teacher"] for card in body["cards"]),
        "waiting": _waiting(body),
        "desks": desks,
    }
    return render_page(request, "pages/home.html", context, current="today")
