"""The desk of each office on its holder's home page: what the portal can say to it today, and where to go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from polytech.academics.api import ADVISE, Offering, StudentProgramme, StudyForm
from polytech.footprint.api import use_of_week
from polytech.integrations.sis.api import freshness, hand_made_accounts, stopped_batches
from polytech.kernel import clock, components
from polytech.learning.api import Course, CourseFile, CourseOffering, Element
from polytech.people.api import ApiToken, Role, Viewer
from polytech.ui.api import day, number, percent, size, time_of_day


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a desk. `tone` and `remark` say what is wrong with it, if anything is."""

    label: str
    value: str
    href: str = ""
    tone: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One way on from a desk."""

    href: str
    text: str
    icon: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The section of one role. `search` is the address of a search for people."""

    role: str
    title: str
    words: str = ""
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    search: str = ""


def _attention(count: int, words: str) -> dict[str, str]:
    return {"tone": "warn", "remark": words} if count else {}


ANNOUNCE = ("/announcements/write/", "megaphone")


def _announce() -> Link:
    return Link(*ANNOUNCE[:1], _("Write an announcement"), ANNOUNCE[1])


def _alarms() -> Link:
    return Link("/timetable/problems/", _("Timetable problems"), "bell")


def _coverage() -> Link:
    return Link("/programmes/coverage/", _("Coverage of programmes"), "list-checks")


def _running_offerings(reach: frozenset[int] | None) -> tuple[int, int]:
    """How many offerings run, and how many of them have no course; within the units."""
    rows = Offering.objects.current().filter(period__ends_on__gte=clock.today())
    if reach is not None:
        rows = rows.filter(Q(org__in=reach) | Q(org=None, discipline__org__in=reach))
    bare = ~Exists(CourseOffering.objects.filter(offering=OuterRef("pk")))
    counts = rows.aggregate(running=Count("pk"), bare=Count("pk", filter=bare))
    return counts["running"], counts["bare"]


def _offering_figures(reach: frozenset[int] | None) -> tuple[Figure, Figure]:
    running, bare = _running_offerings(reach)
    return (
        Figure(_("disciplines taught to groups now"), number(running)),
        Figure(_("of them without a course"), number(bare), **_attention(bare, _("students have nothing to read"))),
    )


def _adviser(viewer: Viewer) -> Desk:
    count = ADVISE.visible(viewer).count()
    return Desk(
        role=Role.ADVISER,
        title=_("Students I advise"),
        words="" if count else _("Nobody yet. The registrar's office names the adviser of each student."),
        figures=(Figure(_("students"), number(count), "/advised/"),) if count else (),
    )


def _dean(viewer: Viewer) -> Desk:
    reach = viewer.units(Role.DEAN)
    studies = StudentProgramme.objects.current().filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()))
    if reach is not None:
        studies = studies.filter(programme__org__in=reach)
    counts = studies.aggregate(
        students=Count("person", distinct=True),
        online=Count("person", distinct=True, filter=Q(study_form=StudyForm.ONLINE)),
    )
    return Desk(
        role=Role.DEAN,
        title=_("Dean's office"),
        figures=(
            Figure(_("students"), number(counts["students"])),
            Figure(_("of them in online learning"), number(counts["online"])),
            *_offering_figures(reach),
        ),
        links=(_announce(), _coverage(), _alarms()),
    )


def _feed_figures() -> tuple[Figure, ...]:
    """How fresh the university's data are, and what the last delivery said."""
    state = freshness()
    if state.applied_at is None:
        return (Figure(_("last delivery of the feed"), _("never"), "/feed/", "bad", _("no delivery was applied yet")),)
    late = {"tone": "bad", "remark": _("none for more than %(hours)s h") % {"hours": state.late_hours}}
    return (
        Figure(_("last delivery of the feed"), _moment(state.applied_at), "/feed/", **(late if state.is_late else {})),
        Figure(
            _("findings in it"), number(state.warnings + state.errors), "/feed/",
            **_attention(state.errors, _("rows were kept out")),
        ),
    )  # fmt: skip


def _moment(at: datetime) -> str:
    """A moment short enough for a figure: the time of today, or the day."""
    return time_of_day(at) if timezone.localtime(at).date() == clock.today() else day(at, "short")


def _registrar(viewer: Viewer) -> Desk:
    stopped = stopped_batches()
    return Desk(
        role=Role.REGISTRAR,
        title=_("Registrar's office"),
        figures=(
            *_feed_figures(),
            Figure(
                _("deliveries that wait for a decision"), number(stopped), "/feed/", **_attention(stopped, _("decide"))
            ),
            Figure(_("accounts created manually"), number(hand_made_accounts()), "/people/?hand=1"),
        ),
        links=(
            Link("/feed/", _("University data"), "refresh-cw"),
            Link("/courses/without-access/", _("Enrolled without materials"), "lock"),
            _alarms(),
            _announce(),
        ),
    )


def _methodologist(viewer: Viewer) -> Desk:
    reach = viewer.units(Role.METHODOLOGIST)
    empty = Course.objects.filter(countable=0, offerings__offering__period__ends_on__gte=clock.today())
    if reach is not None:
        empty = empty.filter(Q(offerings__offering__org__in=reach) | Q(discipline__org__in=reach))
    bare = empty.distinct().count()
    return Desk(
        role=Role.METHODOLOGIST,
        title=_("Institute for digital technologies"),
        figures=(
            *_offering_figures(reach),
            Figure(_("courses without content"), number(bare), **_attention(bare, _("not ready"))),
        ),
        links=(
            _coverage(),
            Link("/courses/without-access/", _("Enrolled without materials"), "lock"),
            _alarms(),
            _announce(),
        ),
    )


def _proctor(viewer: Viewer) -> Desk:
    return Desk(
        role=Role.PROCTOR,
        title=_("Proctoring"),
        words=_(
            "The portal holds no exams yet, so there is no session to watch. Sessions assigned to you will stand here."
        ),
        links=(Link("/timetable/", _("Timetable"), "calendar-days"), Link("/help/", _("Help"), "life-buoy")),
    )


def _researcher(viewer: Viewer) -> Desk:
    return Desk(
        role=Role.RESEARCHER,
        title=_("Research"),
        words=_(
            "The portal keeps no projects and publications yet: for these, turn to the university's research office. "
            "What you teach or study is among your courses."
        ),
        links=(Link("/courses/", _("Courses"), "book-open"), Link("/about/", _("About the portal"), "info")),
    )


def _librarian(viewer: Viewer) -> Desk:
    files = CourseFile.objects.aggregate(count=Count("pk"), courses=Count("course", distinct=True))
    links = Element.objects.filter(kind="link").count()
    return Desk(
        role=Role.LIBRARIAN,
        title=_("Library"),
        words=_("The portal has no catalogue of its own yet. These are the materials that courses hold."),
        figures=(
            Figure(_("files in courses"), number(files["count"])),
            Figure(_("courses with files"), number(files["courses"])),
            Figure(_("links to other sites"), number(links)),
        ),
        links=(Link("/courses/", _("Courses"), "book-open"),),
    )


def _support(viewer: Viewer) -> Desk:
    return Desk(
        role=Role.SUPPORT,
        title=_("Support"),
        words=_("Find a person to see the account, or to act in the person's name for a time. All of it is recorded."),
        figures=(Figure(_("failed sign-ins today"), number(use_of_week().failed_today)),),
        links=(Link("/people/", _("People"), "users"), Link("/about/browsers/", _("Browsers"), "monitor")),
        search="/people/",
    )


def _quality(viewer: Viewer) -> Desk:
    use = use_of_week()
    running, bare = _running_offerings(None)
    covered = percent(100 * (running - bare) / running) if running else "–"
    return Desk(
        role=Role.QUALITY,
        title=_("Quality"),
        words=_("Reports come with later rooms of the portal. Coverage and use can be seen already."),
        figures=(
            Figure(_("disciplines with a course"), covered, "/programmes/coverage/"),
            Figure(_("people who signed in within seven days"), number(use.people)),
            Figure(_("pages read within seven days"), number(use.readings)),
        ),
        links=(_coverage(), _alarms()),
    )


def _administrator(viewer: Viewer) -> Desk:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')),"
            " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed')"
        )
        version, bytes_kept, jobs, failed = cursor.fetchone()
    now = clock.now()
    tokens = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None).count()
    return Desk(
        role=Role.ADMINISTRATOR,
        title=_("System"),
        figures=(
            Figure("Polytech Online", components.version(), "/about/system/"),
            Figure("PostgreSQL", str(version).split(" ")[0], "/about/system/"),
            Figure(_("size of the database"), size(bytes_kept)),
            Figure(_("jobs waiting or running"), number(jobs)),
            Figure(_("jobs that failed"), number(failed), **_attention(failed, _("see the log of the worker"))),
            Figure(_("keys of other systems"), number(tokens)),
            *_feed_figures(),
        ),
        links=(
            Link("/people/", _("People"), "users"),
            Link("/feed/", _("University data"), "refresh-cw"),
            Link("/people/tokens/", _("Keys of other systems"), "key-round"),
            Link("/about/system/", _("System passport"), "id-card"),
            _announce(),
        ),
    )


DESKS: dict[str, Callable[[Viewer], Desk]] = {
    Role.ADVISER: _adviser,
    Role.DEAN: _dean,
    Role.REGISTRAR: _registrar,
    Role.METHODOLOGIST: _methodologist,
    Role.PROCTOR: _proctor,
    Role.RESEARCHER: _researcher,
    Role.LIBRARIAN: _librarian,
    Role.SUPPORT: _support,
    Role.QUALITY: _quality,
    Role.ADMINISTRATOR: _administrator,
}
"""Students and teachers have no desk: the page itself is theirs, and it costs them no further query."""


def desks_of(viewer: Viewer) -> list[Desk]:
    """The desks of the viewer's roles, in a fixed order."""
    return [make(viewer) for role, make in DESKS.items() if role in viewer.roles]
