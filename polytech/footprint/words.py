"""The footprint's words in the reader's language: what was done, and with what kind of thing."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from polytech.footprint.models import Verb

Words = str | Promise

_VERBS: dict[str, Words] = {
    Verb.SIGNED_IN: _("signed in"),
    Verb.SIGN_IN_FAILED: _("sign-in failed"),
    Verb.SIGNED_OUT: _("signed out"),
    Verb.VIEWED: _("viewed"),
    Verb.DOWNLOADED: _("downloaded"),
    Verb.COMPLETED: _("completed"),
    Verb.CREATED: _("created"),
    Verb.CHANGED: _("changed"),
    Verb.ENDED: _("ended"),
    Verb.IMPORTED: _("imported"),
    Verb.STARTED_ACTING: _("support began to act for the person"),
    Verb.STOPPED_ACTING: _("support stopped acting"),
    Verb.REFUSED: _("refused"),
}
_KINDS: dict[str, Words] = {
    "session": _("session"),
    "sign-in": _("sign-in"),
    "password": _("password"),
    "second-factor": _("second factor"),
    "person": _("person"),
    "role": _("role"),
    "iin": _("IIN"),
    "footprint": _("digital footprint"),
    "api-token": _("key of another system"),
    "oidc-client": _("system that signs in through the portal"),
    "home": _("home page"),
    "course": _("course"),
    "element": _("element"),
    "participants": _("participants"),
    "timetable": _("timetable"),
    "file": _("file"),
    "courses": _("list of courses"),
    "grades": _("own grades"),
    "course-grades": _("grades of a course"),
    "coverage": _("coverage of programmes by courses"),
    "access-gaps": _("enrolled without materials"),
    "advised": _("students in care"),
    "people": _("list of people"),
    "timetable-problems": _("timetable problems"),
    "announcement": _("announcement"),
    "calendar-link": _("link of the calendar"),
    "moodle-import": _("import from Moodle"),
    "feed": _("list of deliveries"),
    "feed-batch": _("delivery of the feed"),
}


def verb_words(verb: str) -> Words:
    return _VERBS.get(verb, verb)


def kind_words(kind: str) -> Words:
    return _KINDS.get(kind, kind)
