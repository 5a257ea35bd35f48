"""Public pages: read by strangers, in three languages, without telling what only keepers of the system need."""

from importlib import metadata

import pytest
from django.test import Client

from polytech.kernel.components import components
from polytech.people.api import Role
from tests.academics.university import person, signed_in

pytestmark = pytest.mark.django_db
PAGES = ("/about/", "/help/", "/about/browsers/", "/about/system/")


@pytest.mark.requirement("R4-43")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_strangers_read_it_in_their_language(address: str, language: str) -> None:
    response = Client(headers={"accept-language": language}).get(address)

    assert (response.status_code, response["Content-Language"]) == (200, language)


@pytest.mark.requirement("R3-04")
def test_the_passport_lists_every_library_with_its_licence() -> None:
    names = {component.name for component in components()}
    required = {"Django", "Jinja2", "psycopg", "icalendar", "orjson", "granian", "procrastinate", "nh3"}

    assert required - names == set()
    assert names & {"pytest", "mypy", "ruff", "hypothesis"} == set()
    assert [component.name for component in components() if component.name == "Django" and component.licence] == [
        "Django"
    ]


def test_strangers_and_students_do_not_read_versions() -> None:
    django = metadata.version("Django")
    student = signed_in(person("aigerim", Role.STUDENT))
    keeper = signed_in(person("admin", Role.ADMINISTRATOR))

    shown = [django in client.get("/about/system/").content.decode() for client in (Client(), student, keeper)]

    assert shown == [False, False, True]


@pytest.mark.requirement("R6-04")
def test_the_browsers_page_says_what_works_without_javascript() -> None:
    page = Client(headers={"accept-language": "en"}).get("/about/browsers/").content.decode()

    assert "What works without JavaScript" in page


@pytest.mark.requirement("R1-02")
def test_the_guide_says_what_counts() -> None:
    page = Client(headers={"accept-language": "en"}).get("/about/").content.decode()

    assert "Only classes, work and exams that are registered in the portal count" in page
