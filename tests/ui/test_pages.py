"""The shell around every page, and the reader's choices."""

import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_page_of_components_is_there_for_strangers(client: Client) -> None:
    response = client.get("/ui/")
    assert response.status_code == 200
    assert response.headers["Vary"].startswith("Cookie, Accept-Language")


def test_a_form_with_errors_says_them_beside_the_field_and_above_the_form(client: Client) -> None:
    page = client.post("/ui/", {"language": "kk"}).content.decode()
    assert page.count('id="id_title_error"') == 1
    assert page.count('href="#id_title"') == 1
    assert page.count('aria-describedby="id_title_helptext id_title_error"') == 1


def test_a_chosen_language_is_kept_and_leads_back(client: Client) -> None:
    response = client.get("/language/ru/?next=/ui/%3Fa%3D1")
    assert (response.status_code, response.url) == (302, "/ui/?a=1")
    assert '<html lang="ru"' in client.get("/ui/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org/", "/\\example.org/", "javascript:alert(1)", "///example.org", ""]
)
def test_a_choice_never_leads_to_another_site(client: Client, target: str) -> None:
    assert client.get("/language/kk/", {"next": target}).url == "/"


def test_an_unknown_language_or_theme_is_not_there(client: Client) -> None:
    assert client.get("/language/de/").status_code == 404
    assert client.get("/theme/pink/").status_code == 404


def test_a_chosen_theme_stands_in_the_page_until_it_is_automatic_again(client: Client) -> None:
    client.get("/theme/dark/")
    assert 'data-theme="dark"' in client.get("/ui/").content.decode()
    client.get("/theme/auto/")
    assert "data-theme=" not in client.get("/ui/").content.decode()


def test_a_page_that_a_library_renders_has_the_shell(client: Client) -> None:
    page = client.get("/account/login/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count('<a class="skip" href="#main">To the content</a>') == 1
