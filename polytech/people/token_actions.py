"""Making and revoking keys of other systems."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel.actions import Refused, action
from polytech.people.models import ApiToken, Role
from polytech.people.scopes import SCOPES
from polytech.people.tokens import digest_of, new_key
from polytech.people.viewer import Viewer


@action
def make_token(
    *, viewer: Viewer | None, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key. Returns its record and the key itself, which nobody can read again.

    Raises:
        Refused: no scope, or one that does not exist.
    """
    if viewer is not None and not viewer.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied("make token")
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused(_("Choose what the key may do."), code="scopes")
    key = new_key()
    token = ApiToken.objects.create(
        name=name, digest=digest_of(key), scopes=sorted(set(scopes)), expires_at=expires_at,
        created_by_id=viewer.person_id if viewer else None,
    )  # fmt: skip
    _record(viewer, Verb.CREATED, token)
    return token, key


@action
def revoke_token(*, viewer: Viewer | None, token: ApiToken) -> None:
    """Let a key open nothing any more, at once."""
    if viewer is not None and not viewer.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied("revoke token")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        _record(viewer, Verb.ENDED, token)


def _record(viewer: Viewer | None, verb: Verb, token: ApiToken) -> None:
    record(
        verb=verb, object_kind="api-token", object_id=token.pk, actor_id=viewer.person_id if viewer else None,
        acted_by_id=viewer.acted_by_id if viewer else None, extra={"name": token.name, "scopes": token.scopes},
    )  # fmt: skip
