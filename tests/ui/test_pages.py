"""The shell around every page, and the reader's choices."""

import pytest
from django.test import Client

from polytech.ui.sample import SampleForm


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


def test_whoever_acts_for_somebody_reads_it_on_every_page(client: Client) -> None:
    page = client.get("/ui/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count("You act as <strong>Aigerim Serikkyzy</strong> until ") == 1
    assert page.count('href="/account/acting/stop/"') == 1


def test_a_page_needs_no_form_to_change_language_or_theme(client: Client) -> None:
    page = client.get("/ui/?a=1&b=%C3%A9").content.decode()
    assert page.count('href="/language/ru/?next=/ui/%3Fa%3D1%26b%3D%25C3%25A9"') == 1
    assert page.count('href="/theme/dark/?next=/ui/%3Fa%3D1%26b%3D%25C3%25A9"') == 1


def test_a_name_or_path_cannot_write_html(client: Client) -> None:
    page = client.get("/ui/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page


def test_a_form_of_a_library_is_drawn_by_the_kit() -> None:
    drawn = str(SampleForm())
    assert drawn.count('class="field ') == len(SampleForm.base_fields)
    assert drawn.count('aria-describedby="id_title_helptext"') == 1


def test_the_portal_can_be_installed_and_keeps_robots_out(client: Client) -> None:
    told = client.get("/manifest.webmanifest")
    assert (told.headers["Content-Type"], told.json()["display"]) == ("application/manifest+json", "standalone")
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert client.get("/favicon.ico").url.endswith(".svg")
