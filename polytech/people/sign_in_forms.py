"""Forms of sign-in and of one's own account, in our words."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from polytech.footprint.api import Verb, record
from polytech.people.refusals import sentence_of

# allauth says this itself and asks no adapter; named so that the catalogues have it.
SAID_BY_ALLAUTH = (gettext_noop("You must type the same password each time."),)
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def _name(field: forms.Field, label: Any, help_text: Any = "", **attributes: str) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(
            self.fields["login"], _("Username"), _("Your username or the university's email address."),
            autocomplete="username webauthn", autocapitalize="none", spellcheck="false",
        )  # fmt: skip
        _name(self.fields["password"], _("Password"))

    def _clean_with_password(self, credentials: dict[str, Any]) -> Any:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError:
            # The directory knows the password, and the portal must still say no.
            if code := getattr(self.request, "sign_in_refusal", ""):
                raise ValidationError(sentence_of(code), code=code) from None
            raise


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["oldpassword"], _("Present password"))
        _name(self.fields["password1"], _("New password"), _("At least 10 characters, not a common one."))
        _name(self.fields["password2"], _("New password again"))


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password1"], _("New password"), _("At least 10 characters, not a common one."))
        _name(self.fields["password2"], _("New password again"))


class ForgottenPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["email"], _("Email"), _("The address that the university has of you."))


class PasswordAgainForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password"], _("Password"))


class CodeForm(code_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["code"], _("Code"), _("From your authenticator app, or one of your recovery codes."), **_CODE)
        self.fields["code"].widget.attrs["inputmode"] = "text"


class CodeAgainForm(code_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["code"], _("Code"), _("From your authenticator app, or one of your recovery codes."), **_CODE)


class ActivateAppForm(app_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["code"], _("Code"), _("The six digits that the app shows now."), **_CODE)


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["name"], _("Name"), _("So that you know it again: “my phone”."))
        _name(
            self.fields["passwordless"], _("Sign in with it instead of a password"),
            _("The device then asks for its PIN, your finger or your face."),
        )  # fmt: skip
        self.fields["passwordless"].initial = True


class PasskeyTold(passkey_forms.AuthenticateWebAuthnForm):
    """A passkey that is not accepted stands in the footprint, as a wrong password and a wrong code do."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except (ValidationError, LookupError, TypeError, ValueError) as problem:
            person_id = self.user.pk if self.user else None
            record(
                verb=Verb.SIGN_IN_FAILED, object_kind="sign-in", object_id=person_id, actor_id=person_id,
                address=context.request.META.get("REMOTE_ADDR") or None, extra={"method": "passkey"},
            )  # fmt: skip
            if isinstance(problem, ValidationError):
                raise
            # What no browser sends: the library falls over it.
            raise get_adapter().validation_error("incorrect_code") from problem


class PasskeySignInForm(PasskeyTold, passkey_forms.LoginWebAuthnForm):
    """With a passkey alone."""


class PasskeyAgainForm(PasskeyTold, passkey_forms.ReauthenticateWebAuthnForm):
    """To prove again who one is."""


class RenamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["name"], _("Name"))
