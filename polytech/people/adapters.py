"""How allauth's flows meet this university: nobody signs up, everything is recorded, sentences are our own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polytech.footprint.api import Verb, record
from polytech.people import throttle
from polytech.people.matching import Claims, find_person
from polytech.people.names import full_name
from polytech.people.refusals import UNKNOWN, refusal_of, refuse
from polytech.people.roles import holds_staff_role
from polytech.people.secrets import seal, unseal


def wait_sentence(seconds: int) -> str:
    """When to try again, in the reader's language."""
    if seconds < 60:
        return ngettext(
            "Too many attempts. Try again in %(count)d second.",
            "Too many attempts. Try again in %(count)d seconds.",
            seconds,
        ) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many attempts. Try again in %(count)d minute.",
        "Too many attempts. Try again in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}


def _name_in(credentials: dict[str, Any]) -> str:
    """What was typed as the name. allauth puts an email address under both words."""
    return str(credentials.get("username") or credentials.get("email") or "")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The name or the password is not right."),
        "username_password_mismatch": _("The name or the password is not right."),
        "enter_current_password": _("The password is not right."),
        "incorrect_password": _("The password is not right."),
        "incorrect_code": _("The code is not right."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "same_as_current": _("The new one must differ from the present one."),
        "too_many_login_attempts": _("Too many attempts. Try again in a minute."),
        "rate_limited": _("Too many attempts. Try again in a minute."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # The middleware has put the reader's own address here, also behind a proxy.
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        attempt = throttle.take(_name_in(credentials), self.get_client_ip(request))
        if attempt.wait:
            raise ValidationError(wait_sentence(attempt.wait), code="too_many_login_attempts")
        request.attempt = attempt  # type: ignore[attr-defined]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            throttle.give_back(request.attempt, user.pk, request.session.ride)  # type: ignore[attr-defined]
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        person_id = request.attempt.person_id  # type: ignore[attr-defined]
        record(
            verb=Verb.SIGN_IN_FAILED, object_kind="sign-in", object_id=person_id, actor_id=person_id,
            address=self.get_client_ip(request), extra={"method": "password"},
        )  # fmt: skip

    def pre_login(self, request: HttpRequest, user: Any, **hook: Any) -> HttpResponse | None:
        if code := refusal_of(user):
            return refuse(request, code, person_id=user.pk, method=method_of(request, user))
        return None

    def get_login_stages(self) -> list[str]:
        """After the first factor comes the second, and nothing else: no codes by email, no trusted browsers."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def post_login(self, request: HttpRequest, user: Any, **hook: Any) -> HttpResponse:
        response = super().post_login(request, user, **hook)
        if response.headers.get("Location", "").startswith("/identity/"):
            # A form may not lead through redirects to another system (the policy's form-action), a page may.
            onward = HttpResponse(status=200)
            onward["Refresh"] = f"0;url={response['Location']}"
            return onward
        return response

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.initial_password_until = None
        user.save(update_fields=["password", "initial_password_until"])

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say only what a page of ours says: allauth's own sentences are not in Kazakh."""
        if kwargs.get("message"):
            super().add_message(*args, **kwargs)


def method_of(request: HttpRequest, person: Any) -> str:
    """How somebody proved who they are: `password`, `oidc`, `saml`, `passkey`, with `+totp` … for a second factor."""
    words = []
    for step in get_authentication_records(request, person):
        if step.get("method") == "socialaccount":
            words.append("oidc" if step.get("provider") == settings.OIDC_PROVIDER_ID else "saml")
        elif step.get("method") == "mfa":
            words.append("passkey" if step.get("type") == "webauthn" else str(step.get("type")))
        else:
            words.append(str(step.get("method")))
    return "+".join(dict.fromkeys(words)) or "session"


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """Sign-in by the university's OIDC or SAML: the person must be there already. Nothing is kept of the answer."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        person = find_person(claims_of(sociallogin))
        method = "oidc" if sociallogin.account.provider == settings.OIDC_PROVIDER_ID else "saml"
        if person is None:
            raise ImmediateHttpResponse(refuse(request, UNKNOWN, method=method))
        sociallogin.user = person
        sociallogin.state["process"] = "login"


def claims_of(sociallogin: SocialLogin) -> Claims:
    """What the OIDC or SAML answer says, in our words."""
    extra = sociallogin.account.extra_data
    data = extra.get("userinfo") or extra.get("id_token") or extra
    if sociallogin.account.provider != settings.OIDC_PROVIDER_ID:
        data = _first_values(data)
    return Claims(
        username=str(data.get("preferred_username") or data.get("username") or ""),
        email=str(data.get("email") or ""),
        email_verified=data.get("email_verified") in (True, "true"),
        iin=str(data.get("iin") or ""),
        sourced_id=str(data.get("sourced_id") or ""),
    )


def _first_values(attributes: dict[str, Any]) -> dict[str, Any]:
    mapping = settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"][0]["settings"]["attribute_mapping"]
    words = {word: (attributes.get(name) or [""])[0] for word, name in mapping.items() if isinstance(name, str)}
    # The operator configured this identity provider as the university's own: its addresses count as verified.
    return {**words, "email_verified": bool(words.get("email"))}


_SECOND_FACTORS = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right."),
        "cannot_delete_authenticator": _("Your role needs a second factor: add another one before removing this."),
        "cannot_generate_recovery_codes": _("Recovery codes go with a second factor: set one up first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        # Whoever has just given a password was read together with this.
        known = getattr(user, "has_second_factor", None)
        if known is not None and set(types or ()) == _SECOND_FACTORS:
            return bool(known)
        return bool(super().is_mfa_enabled(user, types))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        if settings.SECOND_FACTOR != "required" or not holds_staff_role(authenticator.user_id):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.filter(type__in=_SECOND_FACTORS).exists()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return str(_("Passkey"))

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.username, "display_name": full_name(user) or user.username}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Polytech Online"}
