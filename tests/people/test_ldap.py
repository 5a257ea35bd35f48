"""Sign-in against the university's directory: a real OpenLDAP (Debian's slapd), started here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.models import Person, Session
from tests.people.outside import answers, cannot, free_port, program, running

try:
    import ldap
    from django_auth_ldap.config import LDAPSearch
except ImportError:
    ldap = None

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-08")]

PASSWORD = "correct horse battery"
BASE = "dc=polytech,dc=kz"
PORTAL = f"cn=portal,{BASE}"
PEOPLE = """
dn: dc=polytech,dc=kz
objectClass: dcObject
objectClass: organization
o: Polytech
dc: polytech

dn: ou=people,dc=polytech,dc=kz
objectClass: organizationalUnit
ou: people
"""
PERSON = """
dn: uid={uid},ou=people,dc=polytech,dc=kz
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
mail: {uid}@polytech.kz
employeeNumber: {number}
userPassword: correct horse battery
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Iterator[str]:
    """The address of a directory with a.nurlan and a stranger in it."""
    if ldap is None:
        cannot("No LDAP module: apt-get install build-essential python3-dev libldap2-dev libsasl2-dev")
    import subprocess

    slapd, slapadd = program("slapd", "slapd"), program("slapadd", "slapd")
    folder, port = tmp_path_factory.mktemp("ldap"), free_port()
    data = folder / "data"
    data.mkdir()
    schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
    (folder / "slapd.conf").write_text(
        f"{schemas}\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {folder}/pid\n"
        f'database mdb\nmaxsize 10485760\nsuffix "{BASE}"\nrootdn "{PORTAL}"\nrootpw portal-secret\n'
        f"directory {data}\naccess to attrs=userPassword by anonymous auth by * none\naccess to * by * none\n"
    )
    people = [PERSON.format(uid=uid, number=number) for uid, number in (("a.nurlan", "S-1"), ("stranger", "X-9"))]
    (folder / "people.ldif").write_text("\n".join([PEOPLE.strip(), "", *(one.strip() + "\n" for one in people)]))
    subprocess.run(
        [slapadd, "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")], check=True, capture_output=True
    )
    address = f"ldap://127.0.0.1:{port}"
    command = [slapd, "-f", str(folder / "slapd.conf"), "-h", address, "-d", "0"]
    with running(command, is_ready=lambda: answers(port), log=Path(folder / "log")):
        yield address


@pytest.fixture
def browser(directory: str, settings) -> Client:
    point_at(settings, directory)
    return Client(headers={"Accept-Language": "en"})


def point_at(settings, address: str) -> None:
    settings.AUTHENTICATION_BACKENDS = [
        "polytech.people.directory.Directory", "polytech.people.backends.LocalPassword",
    ]  # fmt: skip
    settings.AUTH_LDAP_SERVER_URI = address
    settings.AUTH_LDAP_BIND_DN = PORTAL
    settings.AUTH_LDAP_BIND_PASSWORD = "portal-secret"
    settings.AUTH_LDAP_USER_SEARCH = LDAPSearch(BASE, ldap.SCOPE_SUBTREE, "(uid=%(user)s)")
    settings.AUTH_LDAP_CONNECTION_OPTIONS = {ldap.OPT_NETWORK_TIMEOUT: 2}
    settings.AUTH_LDAP_NO_NEW_USERS = True
    settings.LDAP_ATTRIBUTES = {"username": "uid", "email": "mail", "sourced_id": "employeeNumber"}
    settings.CONTACT = "registrar@polytech.kz"


def sign_in(browser: Client, name: str, password: str = PASSWORD):
    return browser.post("/account/login/", {"login": name, "password": password})


@pytest.mark.parametrize("known", [{"username": "a.nurlan"}, {"username": "other", "sourced_id": "S-1"}])
def test_person_of_the_feed_comes_in_with_the_directorys_password(browser: Client, known: dict) -> None:
    aigerim = Person.objects.create(**known)

    answer = sign_in(browser, "a.nurlan")

    assert answer["Location"] == "/"
    assert Session.objects.get(person__isnull=False).person == aigerim
    assert Statement.objects.get(verb="signed-in").extra["method"] == "ldap"


def test_wrong_and_empty_passwords_are_refused(browser: Client) -> None:
    Person.objects.create(username="a.nurlan")

    texts = [sign_in(browser, "a.nurlan", password).content.decode() for password in ("wrong one", "")]

    assert "The name or the password is not right." in texts[0]
    assert Session.objects.filter(person__isnull=False).count() == 0


def test_somebody_whom_the_feed_does_not_know_is_told_whom_to_ask_and_nobody_is_made(browser: Client) -> None:
    text = sign_in(browser, "stranger").content.decode()

    assert "The university&#39;s feed does not know you yet" in text
    assert "registrar@polytech.kz" in text
    assert Person.objects.count() == 0
    assert Statement.objects.filter(verb="refused").get().extra == {"reason": "unknown", "method": "ldap"}


def test_ended_person_is_refused_with_their_own_sentence(browser: Client) -> None:
    Person.objects.create(username="a.nurlan", ended_at=clock.now())

    answer = sign_in(browser, "a.nurlan")

    assert (answer.status_code, "have ended" in answer.content.decode()) == (403, True)


def test_letters_with_a_meaning_in_filters_find_nobody(browser: Client) -> None:
    Person.objects.create(username="a.nurlan")

    assert sign_in(browser, "a.*").status_code == 200
    assert sign_in(browser, "a.nurlan)(uid=*").status_code == 200


def test_directory_changes_nothing_of_the_person(browser: Client) -> None:
    Person.objects.create(username="a.nurlan", email="kept@polytech.kz", family_latin="Nurlan")

    sign_in(browser, "a.nurlan")

    found = Person.objects.get()
    assert (found.email, found.family_latin, found.has_usable_password()) == ("kept@polytech.kz", "Nurlan", False)


def test_silent_directory_is_said_to_be_silent_and_local_passwords_go_on(browser: Client, settings) -> None:
    Person.objects.create(username="a.nurlan")
    local = Person.objects.create(username="root")
    local.set_password(PASSWORD)
    local.save()
    point_at(settings, f"ldap://127.0.0.1:{free_port()}")

    assert "directory does not answer" in sign_in(browser, "a.nurlan").content.decode()
    assert sign_in(browser, "root")["Location"] == "/"


def test_missing_module_is_named_with_its_line_for_apt() -> None:
    import os
    import subprocess
    import sys

    program_text = "import sys; sys.modules['ldap'] = None\nimport polytech.config.settings_ldap"
    done = subprocess.run(
        [sys.executable, "-c", program_text], capture_output=True, text=True,
        env={**os.environ, "POLYTECH_LDAP_URL": "ldap://localhost"},
    )  # fmt: skip

    assert done.returncode != 0
    assert "apt-get install build-essential python3-dev libldap2-dev libsasl2-dev" in done.stderr
