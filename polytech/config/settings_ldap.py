"""Settings of sign-in against a directory (LDAP); read only where POLYTECH_LDAP_URL is set."""

from polytech.config import environment

APT_LINE = "apt-get install build-essential python3-dev libldap2-dev libsasl2-dev"

try:
    import ldap
    from django_auth_ldap.config import LDAPSearch
except ImportError as error:
    raise SystemExit(
        "POLYTECH_LDAP_URL is set, but the LDAP module is not installed. It is built from source:\n"
        f"  {APT_LINE}\n"
        "  make setup EXTRAS=ldap"
    ) from error

AUTH_LDAP_SERVER_URI = environment.text("LDAP_URL")
AUTH_LDAP_BIND_DN = environment.text("LDAP_BIND_DN")
AUTH_LDAP_BIND_PASSWORD = environment.text("LDAP_BIND_PASSWORD")
AUTH_LDAP_START_TLS = environment.flag("LDAP_START_TLS")
AUTH_LDAP_USER_SEARCH = LDAPSearch(
    environment.text("LDAP_BASE"), ldap.SCOPE_SUBTREE, environment.text("LDAP_FILTER", "(uid=%(user)s)")
)
AUTH_LDAP_CONNECTION_OPTIONS: dict[int, int | str] = {
    ldap.OPT_REFERRALS: 0,
    ldap.OPT_NETWORK_TIMEOUT: 5,
    ldap.OPT_TIMEOUT: 10,
}
if environment.text("LDAP_CA_FILE"):
    AUTH_LDAP_CONNECTION_OPTIONS[ldap.OPT_X_TLS_CACERTFILE] = environment.text("LDAP_CA_FILE")
    AUTH_LDAP_CONNECTION_OPTIONS[ldap.OPT_X_TLS_NEWCTX] = 0
# The feed says who somebody is; the directory only checks the password. Nobody is made, nothing is copied.
AUTH_LDAP_NO_NEW_USERS = True
AUTH_LDAP_ALWAYS_UPDATE_USER = False
AUTH_LDAP_PERMIT_EMPTY_PASSWORD = False
LDAP_ATTRIBUTES = {
    "username": environment.text("LDAP_USERNAME", "uid"),
    "email": environment.text("LDAP_EMAIL", "mail"),
    "iin": environment.text("LDAP_IIN", "iin"),
    "sourced_id": environment.text("LDAP_SOURCED_ID", "employeeNumber"),
}
