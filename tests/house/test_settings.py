"""Settings that must not be lost by an edit."""

import os
import re
import subprocess
import sys

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.module_loading import import_string

from polytech.config.settings import database, libpq_parameters
from tests.house.reading import PACKAGE, ROOT


def test_nothing_is_open_unless_the_operator_opens_it() -> None:
    """The settings of an installation whose environment says nothing but where its database is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYTECH_")}
    environment |= {"POLYTECH_DATABASE_URL": "postgresql://nobody@localhost:1/none", "POLYTECH_VAR": str(settings.VAR)}
    program = (
        "from polytech.config import settings as s; print(s.DEBUG, s.DEMO, s.SECOND_FACTOR, s.SESSION_COOKIE_HTTPONLY)"
    )

    told = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)

    assert told.stdout.split() == ["False", "False", "required", "True"], told.stderr


def test_every_word_of_the_databases_address_reaches_the_programs_beside_django() -> None:
    """Backup and streams connect as the portal does: a certificate that is asked for is asked for by all of them."""
    address = "postgresql://who:secret@db.example:5433/portal?sslmode=verify-full&sslrootcert=/etc/ca.pem"

    assert libpq_parameters(database(address)) == {
        "host": "db.example", "port": "5433", "user": "who", "password": "secret", "dbname": "portal",
        "application_name": "polytech", "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem",
    }  # fmt: skip


def test_passwords_are_hashed_with_argon2() -> None:
    assert [import_string(name).algorithm for name in settings.PASSWORD_HASHERS] == ["argon2"]
    assert make_password("a long password").split("$")[:2] == ["argon2", "argon2id"]


def test_cookies_travel_by_https_only_where_the_portal_does() -> None:
    environment = os.environ | {"POLYTECH_BASE_URL": "https://portal.example"}
    program = (
        "from polytech.config import settings as s;"
        "from polytech.ui import cookies as c;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE);"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, c.LANGUAGE, c.THEME, c.MESSAGES)"
    )

    told = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)

    secure, names = told.stdout.splitlines()
    assert secure == "True True", told.stderr
    assert names == "__Host-session __Host-csrf __Host-language __Host-theme __Host-messages"


def test_every_middleware_exists_and_the_safe_headers_come_first() -> None:
    classes = [import_string(name) for name in settings.MIDDLEWARE]

    assert classes[0].__name__ == "SecurityHeaders"
    assert "CsrfViewMiddleware" in [found.__name__ for found in classes]


def test_operator_without_the_ldap_module_is_told_to_install_it_by_the_lock_file() -> None:
    """Not by the portal's own name: whoever takes that name in a registry would be installed."""
    environment = os.environ | {"POLYTECH_LDAP_URL": "ldaps://directory.example.kz"}
    program = "import sys; sys.modules['ldap'] = None; import polytech.config.settings"

    told = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)

    assert told.stderr.splitlines()[-2:] == [
        "  apt-get install build-essential python3-dev libldap2-dev libsasl2-dev",
        "  make setup EXTRAS=ldap",
    ]


def test_what_an_operator_can_set_is_described() -> None:
    """Every POLYTECH_… that the code reads stands in the operator's guide."""
    read = re.compile(r"environment\.(?:text|flag|number|names)\(\s*\"([A-Z0-9_]+)\"|POLYTECH_([A-Z0-9_]+)\"")
    named = {
        f"POLYTECH_{first or second}"
        for path in PACKAGE.rglob("*.py")
        for first, second in read.findall(path.read_text())
    } - {"POLYTECH_RUN"}  # The mark of a run, which `polytech run` sets for what it starts.
    guide = (ROOT / "docs" / "operator.md").read_text()

    assert sorted(name for name in named if name not in guide) == []
