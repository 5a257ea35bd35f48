"""Settings of sign-in: local, OIDC, SAML, LDAP, second factors, and the portal as an OIDC provider.

Every POLYTECH_ name is explained in docs/sign-in.md.
"""

from typing import Any

from polytech.config import environment

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["polytech.people.backends.LocalPassword"]
PASSWORD_HASHERS = ["polytech.people.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "polytech.people.passwords.OwnData",
        "OPTIONS": {"user_attributes": ("username", "email", "family_latin", "given_latin")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "polytech.people.passwords.ContextWords"},
]

# Staff without a second factor: "required" sends them to set one up, "asked" only says so.
SECOND_FACTOR = environment.text("SECOND_FACTOR", "required")
# Whom to ask; shown wherever somebody is refused.
CONTACT = environment.text("CONTACT", "registrar@example.kz")
# How long a session lives (hours), and how long it may rest (minutes); staff shorter.
SESSION_HOURS = environment.number("SESSION_HOURS", 12)
SESSION_HOURS_STAFF = environment.number("SESSION_HOURS_STAFF", 10)
SESSION_IDLE_MINUTES = environment.number("SESSION_IDLE_MINUTES", 240)
SESSION_IDLE_MINUTES_STAFF = environment.number("SESSION_IDLE_MINUTES_STAFF", 60)
# A password that the portal made up opens only the page on which it is changed, and for so many days.
INITIAL_PASSWORD_DAYS = environment.number("INITIAL_PASSWORD_DAYS", 7)
ACTING_MINUTES = environment.number("ACTING_MINUTES", 30)
# By what somebody coming from the directory is found among the persons, tried in this order.
MATCH_BY = environment.names("MATCH_BY", ("sourced_id", "username"))

# A callable that gives (role, username, password) of the demo; shown on the sign-in page only with POLYTECH_DEMO.
DEMO_SIGN_INS = "polytech.config.demo_note.sign_ins"

LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/account/login/"

ACCOUNT_ADAPTER = "polytech.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "polytech.people.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "polytech.people.sign_in_forms.PasswordAgainForm",
    "reset_password": "polytech.people.sign_in_forms.ForgottenPasswordForm",
    "reset_password_from_key": "polytech.people.sign_in_forms.NewPasswordForm",
}
# An email address too: `people.throttle` finds whom a typed name means.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# The letter says that the link works for a day; Django's own three would outlast what it says.
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_PREVENT_ENUMERATION = True
# Attempts to sign in are counted by people.throttle in one statement each; the cache counts what is rare.
ACCOUNT_RATE_LIMITS = {
    # Of codes: the adapter has taken passwords out of it. Six digits can be guessed by who may try without end.
    "login_failed": "5/5m/key",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
}

OIDC_PROVIDER_ID = "university"
# Opening the sign-in of the directory needs no form, so that the page's policy of forms can stay narrow.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_ADAPTER = "polytech.people.adapters.DirectoryAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_QUERY_EMAIL = False

MFA_ADAPTER = "polytech.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of phones go some seconds wrong: the code before and the one after are taken too.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Polytech Online"
MFA_RECOVERY_CODE_COUNT = 10
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = environment.text("BASE_URL", "http://localhost:8000").startswith("http://")
MFA_FORMS = {
    "authenticate": "polytech.people.sign_in_forms.CodeForm",
    "reauthenticate": "polytech.people.sign_in_forms.CodeAgainForm",
    "activate_totp": "polytech.people.sign_in_forms.ActivateAppForm",
    "add_webauthn": "polytech.people.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "polytech.people.sign_in_forms.RenamePasskeyForm",
    "authenticate_webauthn": "polytech.people.sign_in_forms.PasskeyTold",
    "login_webauthn": "polytech.people.sign_in_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "polytech.people.sign_in_forms.PasskeyAgainForm",
}

IDP_OIDC_ADAPTER = "polytech.people.provider.ProviderAdapter"
# Keys that sign for other systems (PEM); without one, a key is made in var/secrets. Several hosts need the same.
OIDC_SIGNING_KEYS = [key for key in (environment.text("OIDC_SIGNING_KEY"), environment.text("OIDC_OLD_KEY")) if key]
SECRETS_FOLDER = environment.VAR / "secrets"
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 600
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600

EMAIL_HOST = environment.text("SMTP_HOST")
EMAIL_PORT = environment.number("SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("SMTP_TLS", True)
DEFAULT_FROM_EMAIL = environment.text("SMTP_FROM", CONTACT)


def oidc_provider(*, server_url: str, name: str, client_id: str, secret: str) -> dict[str, Any]:
    """The university's OIDC provider, as allauth wants to be told of it."""
    app = {
        "provider_id": OIDC_PROVIDER_ID,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": server_url, "oauth_pkce_enabled": True},
    }
    return {"APPS": [app]}


def saml_provider(
    *, entity_id: str, name: str, metadata_url: str = "", sso_url: str = "", certificate: str = "",
    attributes: dict[str, str],
) -> dict[str, Any]:  # fmt: skip
    """The university's SAML identity provider: told by its metadata, or by its address and certificate."""
    app = {
        "provider_id": entity_id,
        "client_id": "university",
        "name": name,
        "settings": {
            "idp": {
                "entity_id": entity_id,
                "metadata_url": metadata_url,
                "sso_url": sso_url,
                "x509cert": certificate,
            },
            "attribute_mapping": attributes,
            "advanced": {
                "want_assertion_signed": True,
                "reject_idp_initiated_sso": True,
                "reject_deprecated_algorithm": True,
                "strict": True,
            },
        },
    }
    return {"APPS": [app]}


SAML_ATTRIBUTES = {
    "uid": environment.text("SAML_UID", "urn:oasis:names:tc:SAML:attribute:subject-id"),
    "username": environment.text("SAML_USERNAME", "urn:oid:0.9.2342.19200300.100.1.1"),
    "email": environment.text("SAML_EMAIL", "urn:oid:0.9.2342.19200300.100.1.3"),
    "iin": environment.text("SAML_IIN", "iin"),
    "sourced_id": environment.text("SAML_SOURCED_ID", "sourced_id"),
}
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
if environment.text("OIDC_SERVER_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = oidc_provider(
        server_url=environment.text("OIDC_SERVER_URL"),
        name=environment.text("OIDC_NAME", "SSO"),
        client_id=environment.text("OIDC_CLIENT_ID"),
        secret=environment.text("OIDC_CLIENT_SECRET"),
    )
if environment.text("SAML_ENTITY_ID"):
    SOCIALACCOUNT_PROVIDERS["saml"] = saml_provider(
        entity_id=environment.text("SAML_ENTITY_ID"),
        name=environment.text("SAML_NAME", "SAML"),
        metadata_url=environment.text("SAML_METADATA_URL"),
        sso_url=environment.text("SAML_SSO_URL"),
        certificate=environment.text("SAML_CERTIFICATE"),
        attributes=SAML_ATTRIBUTES,
    )

if environment.text("LDAP_URL"):
    from polytech.config.settings_ldap import *  # noqa: F403

    AUTHENTICATION_BACKENDS = ["polytech.people.directory.Directory", *AUTHENTICATION_BACKENDS]
