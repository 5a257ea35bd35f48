"""Persons, their roles with a scope and a period, sessions, and keys of other systems."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from polytech.kernel import clock
from polytech.kernel.records import FedQuerySet, FedRecord
from polytech.kernel.text import TranslatedField
from polytech.people.scopes import SCOPES


class OrgUnit(FedRecord):
    """The university, a faculty (institute) or a department: the scope of roles."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("University")
        FACULTY = "faculty", _("Faculty")
        DEPARTMENT = "department", _("Department")

    kind = models.TextField(choices=Kind.choices)
    title = TranslatedField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["university", "faculty", "department"]), name="org_unit_kind"),
        ]


class PersonManager(BaseUserManager["Person"].from_queryset(FedQuerySet["Person"])):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=(username or "").lower())


class SearchText(models.Func):
    """Every name of a person and the username in small letters, for searching by any part of any of them."""

    def __init__(self, **extra: Any) -> None:
        words = [
            "username", "family_kk", "given_kk", "middle_kk", "family_ru", "given_ru", "middle_ru", "family_latin",
            "given_latin", "email",
        ]  # fmt: skip
        super().__init__(*words, function="lower", arg_joiner=" || ' ' || ", **extra)


class Person(FedRecord, AbstractBaseUser):
    """One human being: the account, names in three scripts, and the (optional, encrypted) IIN.

    `sort_key` orders people as the Kazakh alphabet does. `source` tells accounts of the feed from those made by
    hand, which the registrar sees flagged.
    """

    class Source(models.TextChoices):
        FEED = "feed", _("From the feed")
        HAND = "hand", _("Created manually")

    username = models.TextField(unique=True)
    email = models.EmailField(blank=True)
    family_kk = models.TextField(blank=True)
    given_kk = models.TextField(blank=True)
    middle_kk = models.TextField(blank=True)
    family_ru = models.TextField(blank=True)
    given_ru = models.TextField(blank=True)
    middle_ru = models.TextField(blank=True)
    family_latin = models.TextField(blank=True)
    given_latin = models.TextField(blank=True)
    sort_key = models.TextField(blank=True, db_index=True)
    iin_encrypted = models.BinaryField(null=True, blank=True, editable=False)
    iin_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    language = models.CharField(
        max_length=2, default="kk", choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
    )
    source = models.TextField(choices=Source.choices, default=Source.HAND)
    is_active = models.BooleanField(default=True)
    # Set while the password is one that the portal made up: it must be changed, and works until then only.
    initial_password_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=SearchText(), output_field=models.TextField(), db_persist=True, editable=False
    )

    # Read along where somebody signs in (`throttle.take`), and only there.
    has_second_factor: bool
    is_staff_today: bool

    # When somebody signed in last is in the footprint; a second record of it would cost a write at every sign-in.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=["kk", "ru", "en"]), name="person_language"),
            models.CheckConstraint(condition=Q(source__in=["feed", "hand"]), name="person_source"),
        ]
        # Signing in by an email address must not read everybody.
        indexes = [models.Index(Upper("email"), name="person_email")]

    def __str__(self) -> str:
        return self.username

    def set_initial_password(self, password: str) -> None:
        """A password for the first sign-in alone: whoever uses it must choose an own one."""
        self.set_password(password)
        self.initial_password_until = timezone.now() + timedelta(days=settings.INITIAL_PASSWORD_DAYS)

    def has_usable_password(self) -> bool:
        """Whether the portal keeps a password of this person: those of the feed have none until they set one."""
        return bool(self.password) and super().has_usable_password()


class Role(models.TextChoices):
    STUDENT = "student", _("Student")
    TEACHER = "teacher", _("Teacher")
    ADVISER = "adviser", _("Adviser")
    DEAN = "dean", _("Dean's office")
    REGISTRAR = "registrar", _("Registrar's office")
    METHODOLOGIST = "methodologist", _("Methodologist")
    PROCTOR = "proctor", _("Proctor")
    RESEARCHER = "researcher", _("Researcher")
    LIBRARIAN = "librarian", _("Librarian")
    SUPPORT = "support", _("Support")
    QUALITY = "quality", _("Quality officer")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF_ROLES = frozenset(Role.values) - {Role.STUDENT.value}


class RoleGrant(FedRecord):
    """A role of a person, in an organisational unit (with everything below it) and in a period of dates."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.TextField(choices=Role.choices)
    org = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_grant_role"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="role_grant_dates"),
            models.UniqueConstraint(
                fields=["person", "role", "org"],
                name="role_grant_once",
                nulls_distinct=False,
                condition=Q(ended_at=None),
            ),
        ]


class Session(AbstractBaseSession):
    """A signed-in browser. Its person sees it in the list of own sessions and can end it.

    `acting_for` is set while support works in another person's name, until `acting_until`. It is over at
    `expire_date`, whatever happens, and earlier after `idle_minutes` of rest; both are set by role at sign-in.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(auto_now=True)
    address = models.GenericIPAddressField(null=True)
    device = models.TextField(blank=True)
    idle_minutes = models.PositiveSmallIntegerField(default=240)
    acting_for = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    acting_until = models.DateTimeField(null=True)
    acting_reason = models.TextField(blank=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        from polytech.people.sessions import SessionStore

        return SessionStore


class ApiToken(models.Model):
    """A key of another system of the university. Only its digest is kept."""

    name = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    @property
    def scope_words(self) -> list[str]:
        """What it opens, in the reader's language."""
        return [str(SCOPES.get(scope, scope)) for scope in self.scopes]


class Throttle(models.Model):
    """A leaky bucket of attempts (`people.throttle`): empty again at `free_at`."""

    key = models.CharField(max_length=100, primary_key=True)
    # Not indexed: what every attempt writes stays in its place, and only the nightly cleaning looks for it.
    free_at = models.DateTimeField()
