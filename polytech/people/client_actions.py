"""Systems of the university that sign in through the portal (OIDC clients)."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.kernel.actions import Refused, action
from polytech.people.models import Role
from polytech.people.viewer import Viewer

SCOPES = ("openid", "profile", "email")


def _is_good_redirect(uri: str) -> bool:
    parts = urlsplit(uri)
    local = parts.hostname in ("localhost", "127.0.0.1")
    return bool(parts.netloc) and not parts.fragment and "*" not in uri and (parts.scheme == "https" or local)


@action
def add_client(
    *, viewer: Viewer | None, name: str, redirect_uris: list[str], public: bool = False, ask: bool = False,
    scopes: Sequence[str] = SCOPES,
) -> tuple[Client, str]:  # fmt: skip
    """Let a system sign people in through the portal. Returns it and its secret, which nobody can read again.

    Args:
        redirect_uris: where the portal may send people back: https, without wildcards and fragments.
        public: a system that cannot keep a secret (an app on phones); it has none, proves itself by PKCE, and people
            are always asked.
        ask: whether people are asked before their data go there; the university's own systems need not.
        scopes: what the system may learn besides that it is this person (`openid`, which it always may).

    Raises:
        Refused: no address, or one that is not safe; a scope that does not exist.
    """
    if viewer is not None and not viewer.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied("add client")
    if not redirect_uris or not all(_is_good_redirect(uri) for uri in redirect_uris):
        raise Refused(_("Give full https addresses without * and #."), code="redirect-uri")
    if set(scopes) - set(SCOPES):
        raise Refused(f"The scopes are {', '.join(SCOPES)}.", code="scopes")
    secret = "" if public else secrets.token_urlsafe(40)
    client = Client(
        name=name, type=Client.Type.PUBLIC if public else Client.Type.CONFIDENTIAL,
        # Without a secret nobody knows that it is this system who asks: the person decides.
        skip_consent=not (ask or public),
        scopes="\n".join(dict.fromkeys(("openid", *scopes))), default_scopes="openid",
        grant_types="\n".join([Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN]),
        redirect_uris="\n".join(redirect_uris), response_types="code",
    )  # fmt: skip
    client.set_secret(secret or secrets.token_urlsafe(40))
    client.save()
    record(
        verb=Verb.CREATED, object_kind="oidc-client", actor_id=viewer.person_id if viewer else None,
        extra={"name": name, "client_id": client.pk},
    )  # fmt: skip
    return client, secret
