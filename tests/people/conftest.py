"""People of these tests: a department in a faculty in the university, and who works where."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from polytech.people.models import OrgUnit, Person, Role, RoleGrant

PASSWORD = "correct horse battery"


@pytest.fixture
def units() -> dict[str, OrgUnit]:
    university = OrgUnit.objects.create(kind="university", title={"en": "Polytech"})
    faculty = OrgUnit.objects.create(kind="faculty", title={"en": "Automation"}, parent=university)
    department = OrgUnit.objects.create(kind="department", title={"en": "Software"}, parent=faculty)
    other = OrgUnit.objects.create(kind="faculty", title={"en": "Geology"}, parent=university)
    return {"university": university, "faculty": faculty, "department": department, "other": other}


@pytest.fixture
def make_person() -> Callable[..., Person]:
    def make(username: str, *roles: Role, org: OrgUnit | None = None, **fields: object) -> Person:
        person = Person.objects.create(username=username, **fields)
        for role in roles:
            RoleGrant.objects.create(person=person, role=role, org=org)
        return person

    return make


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def sign(person: Person) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(person)
        return client

    return sign


@pytest.fixture
def with_password() -> str:
    return make_password(PASSWORD)
