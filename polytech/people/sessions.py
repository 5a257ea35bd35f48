"""Sessions in the database, each knowing its person, so that people see and end their own."""

import re
import secrets
from base64 import b32encode
from collections.abc import Mapping
from datetime import timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import connection

from polytech.kernel import clock
from polytech.people.models import Session
from polytech.people.roles import holds_staff_role

# 160 bits in letters and digits, so that no key is ever drawn twice.
KEY_BYTES = 20
_KEY = re.compile(rf"[{VALID_KEY_CHARS}]{{32}}")
_COLUMNS = Session._meta.concrete_fields
_ADD = (
    f"INSERT INTO {Session._meta.db_table} ({', '.join(str(field.column) for field in _COLUMNS)})"
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


class SessionStore(DatabaseSessionStore):
    # `address` and `device` are told by the middleware when the session is made.
    address: str | None = None
    device: str = ""
    # Who holds a role of the staff, where it was read in this request already.
    known_staff: Mapping[int, bool] = {}
    # While a signed-in session gets a new key: the row that it had.
    renewed: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    # A key that has no row yet.
    is_new = False

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._riders: list[tuple[str, list[Any]]] = []

    def _validate_session_key(self, key: str) -> bool:
        """What cannot be a key of ours is none. A cookie may hold a NUL, which no text of the database can."""
        return bool(_KEY.fullmatch(key or ""))

    def create(self) -> None:
        """A new key. Its row is written once, with the answer, when it is known whose it is."""
        self._session_key = b32encode(secrets.token_bytes(KEY_BYTES)).decode().lower()
        self.is_new = self.modified = True

    def cycle_key(self) -> None:
        if self.session_key:
            self.renewed = Session.objects.filter(pk=self.session_key).exclude(person=None).first()
        super().cycle_key()

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
        if self.is_new:
            row = self.create_model_instance(self._session)  # type: ignore[attr-defined]
            values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _COLUMNS]
            self._execute(_ADD, values)
            self.is_new = False
            return
        super().save(must_create)

    def ride(self, sql: str, values: list[Any]) -> None:
        """Do this in the statement that writes a new session: a sign-in is then one commit, all of it or nothing.

        Where no new session is written, it is a commit of its own when the answer is ready (`finish`). Where the answer
        says that the portal failed, it is not done.
        """
        self._riders.append((sql, values))

    def finish(self) -> None:
        """Do what has found no new session to ride on."""
        if self._riders:
            self._execute("SELECT", [])

    def _execute(self, sql: str, values: list[Any]) -> None:
        riders, self._riders = self._riders, []
        if riders:
            names = ", ".join(f"rider_{place} AS ({rider})" for place, (rider, _) in enumerate(riders))
            sql = f"WITH {names} {sql}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [*chain.from_iterable(of_rider for _, of_rider in riders), *values])

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to save. The end of a person's session is set once, at sign-in, and never moves."""
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        person = data.get(SESSION_KEY)
        person_id = int(person) if person else None
        known = None if self.is_new else Session.objects.filter(pk=session.session_key).first()
        if known is not None:
            known.session_data = session.session_data
            if known.person_id is None or known.person_id != person_id:
                known.expire_date = session.expire_date
            session, known_person = known, known.person_id
        else:
            known_person = None
        if person_id is not None and known_person != person_id:
            told = self.known_staff.get(person_id)
            staff = holds_staff_role(person_id) if told is None else told
            hours = settings.SESSION_HOURS_STAFF if staff else settings.SESSION_HOURS
            session.expire_date = clock.now() + timedelta(hours=hours)
            session.idle_minutes = settings.SESSION_IDLE_MINUTES_STAFF if staff else settings.SESSION_IDLE_MINUTES
            if self.renewed is not None and self.renewed.person_id == person_id:
                session.expire_date, session.idle_minutes = self.renewed.expire_date, self.renewed.idle_minutes
                session.created_at = self.renewed.created_at
        session.person_id = person_id
        session.address = session.address or self.address
        session.device = session.device or self.device
        return session
