"""Sessions in the database, each knowing its person, so that people see and end their own."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from polytech.people.models import Session


class SessionStore(DatabaseSessionStore):
    # `address` and `device` are told by the middleware when the session is made.
    address: str | None = None
    device: str = ""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        known = Session.objects.filter(pk=session.session_key).first()
        if known is not None:
            known.session_data, known.expire_date = session.session_data, session.expire_date
            session = known
        session.person_id = int(person) if person else None
        session.address = session.address or self.address
        session.device = session.device or self.device
        return session
