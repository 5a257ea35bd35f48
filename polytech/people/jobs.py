"""Jobs of the people room."""

from allauth.idp.oidc.models import Token
from procrastinate.contrib.django import app

from polytech.people.models import Session
from polytech.people.sessions import SessionStore
from polytech.people.throttle import forget_old


@app.periodic(cron="10 2 * * *")
@app.task(name="people.sweep", queueing_lock="people.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: sessions, counters of attempts and tokens that are over."""
    SessionStore.clear_expired()
    forget_old()
    Token.objects.expired().delete()
    # Whoever the feed has ended keeps no way in: neither here nor in systems that sign in through the portal.
    Token.objects.filter(user__ended_at__isnull=False).delete()
    Session.objects.filter(person__ended_at__isnull=False).delete()
