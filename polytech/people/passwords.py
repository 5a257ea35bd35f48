"""What a password must not be, besides short and common."""

from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words that everybody at this university would try first (ASVS 5.0, 6.1.2 and 6.2.11).
CONTEXT_WORDS = (
    "polytech", "politech", "politekh", "satbayev", "satpayev", "satbaev", "kazntu", "knrtu", "university", "portal",
    "student", "almaty", "kazakhstan", "qazaqstan", "password", "qwerty",
)  # fmt: skip
REST = 8


class OwnData(UserAttributeSimilarityValidator):
    """Django's, which would name a column of the database to the reader."""

    def get_error_message(self) -> str:
        return _("The password is too much like your username, name or email.")


class ContextWords:
    """Without the words of this place, and without figures at the ends, at least eight characters must be left."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.lower()
        for word in CONTEXT_WORDS:
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest.strip("0123456789!@#$%^&*()-_=+.,? ")) < REST:
            raise ValidationError(_("Too easy to guess at this university: leave its words out."), code="context")

    def get_help_text(self) -> str:
        return ""
