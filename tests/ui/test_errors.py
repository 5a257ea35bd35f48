"""What a reader sees when something does not go."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from polytech.kernel.actions import Refused
from polytech.ui.views import open_to_all


@open_to_all
def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@open_to_all
def loses_its_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


@open_to_all
def refuses(request: HttpRequest) -> HttpResponse:
    raise Refused("The period is closed until 1 September.", code="closed")


@open_to_all
def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("people:role:grant")


@open_to_all
def hides(request: HttpRequest) -> HttpResponse:
    raise Http404("secret words")


urlpatterns = [
    path("breaks/", breaks),
    path("database/", loses_its_database),
    path("refuses/", refuses),
    path("hides/", hides),
    path("forbids/", forbids),
    path("form/", open_to_all(csrf_protect(hides))),
]
handler400 = "polytech.ui.errors.bad_request"
handler403 = "polytech.ui.errors.forbidden"
handler404 = "polytech.ui.errors.not_found"
handler500 = "polytech.ui.errors.server_error"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/forbids/", 403, "This is not open to you"),
        ("/hides/", 404, "There is no such page for you"),
        ("/breaks/", 500, "Something broke on our side"),
        ("/database/", 503, "The portal is being maintained"),
        ("/refuses/", 409, "This was not done"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_each_trouble_has_a_page_that_says_what_to_do(client: Client, address: str, status: int, title: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert (response.status_code, page.count(f"<h1>{title}</h1>")) == (status, 1)
    assert page.count('class="button main"') == 1
    assert response.headers["Cache-Control"] == "no-store"


@override_settings(ROOT_URLCONF=__name__)
def test_programs_are_told_in_json(client: Client) -> None:
    response = client.get("/refuses/", headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert response.json() == {
        "error": "This was not done",
        "detail": "The period is closed until 1 September.",
        "reference": None,
    }


@override_settings(ROOT_URLCONF=__name__)
def test_a_refusal_says_its_reason(client: Client) -> None:
    assert "The period is closed until 1 September." in client.get("/refuses/").content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_missing_page_does_not_say_why(client: Client) -> None:
    assert "secret words" not in client.get("/hides/").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Сіз бұл бетті оқи аласыз"), ("ru", "Вы можете читать эту страницу"), ("en", "You may read")],
)
@override_settings(ROOT_URLCONF=__name__)
def test_a_forbidden_page_speaks_the_readers_language_and_names_no_rule(
    client: Client, language: str, words: str
) -> None:
    page = client.get("/forbids/", headers={"Accept-Language": language}).content.decode()
    assert (words in page, "people:role:grant" in page) == (True, False)


@override_settings(ROOT_URLCONF=__name__)
def test_a_form_without_its_token_is_told_that_nothing_was_saved(client: Client) -> None:
    response = client.post("/form/", {})
    assert response.status_code == 403
    page = response.content.decode()
    assert "The form was open for too long" in page
    assert 'href="/">Open the page again' in page


@override_settings(ROOT_URLCONF=__name__)
def test_a_lost_database_asks_to_come_back(client: Client) -> None:
    assert client.get("/database/").headers["Retry-After"] == "30"


@override_settings(ROOT_URLCONF=__name__)
def test_a_refusal_leads_back_only_within_the_portal(client: Client) -> None:
    foreign = client.get("/refuses/", headers={"Referer": "https://example.org/x"}).content.decode()
    tricky = client.get("/refuses/", headers={"Referer": "http://testserver//example.org/"}).content.decode()
    own = client.get("/refuses/", headers={"Referer": "http://testserver/courses/1/?week=2"}).content.decode()
    ways = ['href="/">Back' in foreign, 'href="/example.org/">Back' in tricky, 'href="/courses/1/?week=2">Back' in own]
    assert ways == [True, True, True]


def test_an_address_without_its_last_stroke_leads_to_the_page(client: Client) -> None:
    answer = client.get("/about?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/about/?x=1")
    assert client.post("/about").status_code == 404
