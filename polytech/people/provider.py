"""The portal as an OIDC provider: one login for every system of the university."""

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polytech.people.models import Person
from polytech.people.names import full_name, names_of
from polytech.people.refusals import refusal_of
from polytech.people.roles import grants_in_force


class ProviderAdapter(DefaultOIDCAdapter):
    scope_display = {
        "openid": _("Know that it is you"),
        "profile": _("Your name, username, language and roles"),
        "email": _("Your email address"),
    }

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        return [PrivateKey(pem=pem) for pem in _keys()]

    def get_claims(
        self, purpose: Literal["id_token", "userinfo"], user: Any, client: Client, scopes: Iterable[str],
        email: str | None = None, **kwargs: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Names in the person's language and in each script, roles with their units. Never the IIN."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "email" in scopes and user.email:
            # The feed vouches for its addresses; nobody does for those of accounts made by hand.
            claims |= {"email": user.email, "email_verified": user.source == Person.Source.FEED}
        if "profile" in scopes:
            claims |= _profile_of(user)
        return claims

    def get_user_by_sub(self, client: Client, sub: str) -> Any:
        person = Person.objects.filter(pk=int(sub)).first() if sub.isascii() and sub.isdigit() else None
        return None if refusal_of(person) else person

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        # Only what clients are given (`client_actions`); the flow of devices is not routed.
        data.pop("device_authorization_endpoint", None)
        data["grant_types_supported"] = ["authorization_code", "refresh_token"]
        data["response_types_supported"] = ["code"]
        data["claims_supported"] = [
            "sub", "name", "given_name", "family_name", "name_kk", "name_ru", "name_en", "preferred_username",
            "locale", "roles", "sourced_id", "email", "email_verified",
        ]  # fmt: skip


def _profile_of(person: Person) -> dict[str, Any]:
    script = {"kk": "kk", "ru": "ru", "en": "latin"}[person.language]
    grants = grants_in_force().filter(person=person).order_by("id").values_list("role", "org__sourced_id")
    claims = {
        "name": full_name(person, person.language),
        "given_name": getattr(person, f"given_{script}"),
        "family_name": getattr(person, f"family_{script}"),
        **{f"name_{code}": name for code, name in names_of(person).items()},
        "preferred_username": person.username,
        "locale": person.language,
        "roles": [{"role": role, "org": org} for role, org in grants],
        "sourced_id": person.sourced_id,
    }
    return {name: value for name, value in claims.items() if value}


def _keys() -> list[str]:
    if settings.OIDC_SIGNING_KEYS:
        return [pem.replace("\\n", "\n") for pem in settings.OIDC_SIGNING_KEYS]
    return [_kept_key(Path(settings.SECRETS_FOLDER) / "oidc_signing_key.pem")]


@functools.cache
def _kept_key(path: Path) -> str:
    """The key in `path`, made the first time; two processes that make one at once end with the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
        new = path.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text()
