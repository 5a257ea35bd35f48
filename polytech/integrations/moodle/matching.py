"""Users of a backup and the persons they are here. Nobody is ever made, and nobody is guessed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Q
from django.db.models.functions import Lower

from polytech.integrations.moodle.backup import Backup
from polytech.integrations.moodle.reading import text
from polytech.people.api import Person

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class User:
    """A user of the backup."""

    user_id: int
    username: str
    email: str
    idnumber: str
    name: str

    @property
    def shown(self) -> str:
        """Name and address, as kept with what cannot be given to a person here."""
        return " ".join(part for part in (self.name or self.username, f"<{self.email}>" if self.email else "") if part)


@dataclass(slots=True)
class Matching:
    """`persons`: user of the backup → person here; `unmatched` and `ambiguous`: everybody else."""

    persons: dict[int, int] = field(default_factory=dict)
    unmatched: list[User] = field(default_factory=list)
    ambiguous: list[User] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return len(self.persons) + len(self.unmatched) + len(self.ambiguous)

    def name_of(self, user_id: int) -> str:
        """Who it was there; a number where the backup has no users."""
        return self.shown.get(user_id) or f"user {user_id}"


def users_of(backup: Backup) -> Iterator[User]:
    """Users of `users.xml`, one at a time."""
    for element in backup.records("users.xml", "user"):
        user_id = element.get("id") or ""
        if user_id.isdigit():
            name = " ".join(part for part in (text(element, "firstname"), text(element, "lastname")) if part)
            yield User(
                int(user_id), text(element, "username").strip().lower(), text(element, "email").strip().lower(),
                text(element, "idnumber").strip(), name,
            )  # fmt: skip


def match(users: Iterable[User]) -> Matching:
    """Find the persons: by the feed's identifier or the username, else by an e-mail address that only one has.

    A user whose marks point at two different persons is ambiguous and stays unmatched.
    """
    found = Matching()
    remaining = iter(users)
    while batch := list(islice(remaining, _BATCH)):
        _match_batch(batch, found)
    return found


def _match_batch(batch: list[User], found: Matching) -> None:
    usernames = {user.username for user in batch} - {""}
    emails = {user.email for user in batch} - {""}
    idnumbers = {user.idnumber for user in batch} - {""}
    rows = (
        Person.objects.annotate(address=Lower("email"))
        .filter(Q(username__in=usernames) | Q(address__in=emails) | Q(sourced_id__in=idnumbers))
        .values_list("pk", "username", "address", "sourced_id")
    )
    by_username: dict[str, int] = {}
    by_email: dict[str, set[int]] = {}
    by_idnumber: dict[str, int] = {}
    for pk, username, email, sourced_id in rows:
        by_username[username] = pk
        by_email.setdefault(email, set()).add(pk)
        by_idnumber[sourced_id or ""] = pk
    for user in batch:
        candidates = {by_username.get(user.username), by_idnumber.get(user.idnumber) if user.idnumber else None}
        candidates.discard(None)
        mailed = by_email.get(user.email, set()) if user.email else set()
        if mailed and not candidates & mailed:
            candidates |= mailed
        if len(candidates) == 1:
            found.persons[user.user_id] = candidates.pop()  # type: ignore[assignment]
        else:
            (found.ambiguous if candidates else found.unmatched).append(user)
            found.shown[user.user_id] = user.shown
