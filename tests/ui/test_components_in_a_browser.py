"""The page of the components in a real browser: accessible, within its policy, and whole without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, axe

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: OpenPage, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    page.goto("/ui/")
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_open_menus_dialogs_and_forms_with_errors(open_page: OpenPage, scheme: str) -> None:
    page = open_page(viewport=DESK, color_scheme=scheme)
    page.goto("/ui/")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#form-errors")
    page.locator("details.menu > summary").first.click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Ask once").click()
    page.wait_for_selector("dialog[open]")
    assert axe(page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_page_is_wider_than_the_screen(open_page: OpenPage, viewport: dict[str, int], language: str) -> None:
    page = open_page(viewport=viewport, locale=language)
    page.goto("/ui/")
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_what_can_be_pressed_is_at_least_40_pixels_high(page: Page) -> None:
    page.goto("/ui/")
    low = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, input")]
            .filter(part => part.checkVisibility() && !part.closest("p, li p, .note ul, .note > div, label, .skip"))
            .filter(part => part.getBoundingClientRect().height < 39.5 && !part.matches(".skip"))
            .map(part => part.outerHTML.slice(0, 90))"""
    )
    assert low == []


@pytest.mark.requirement("R6-04")
def test_the_page_is_read_and_the_form_is_sent_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto("/ui/")
    page.get_by_label("Title").fill("Бірінші зертхана")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#form-errors li")).to_have_text(["I have read the rules: This field is required."])
    page.get_by_label("I have read the rules").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Received: Бірінші зертхана")
    expect(page.get_by_role("link", name="Refresh")).to_have_count(1)


@pytest.mark.requirement("R6-04")
def test_without_javascript_a_dialog_is_a_section_and_menus_open(plain_page: Page) -> None:
    page = plain_page
    page.goto("/ui/")
    page.get_by_role("link", name="Ask once").click()
    expect(page.get_by_role("heading", name="Withdraw the work?")).to_be_visible()
    page.locator("details.menu > summary").first.click()
    page.get_by_role("link", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_a_dialog_opens_above_the_page_and_closes_by_escape(page: Page) -> None:
    page.goto("/ui/")
    page.get_by_role("link", name="Ask once").click()
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_theme_changes_at_once_and_is_kept(wide_page: Page) -> None:
    page = wide_page
    page.goto("/ui/")
    page.locator("details.menu > summary").first.click()
    page.get_by_role("link", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_first_stop_of_the_keyboard_leads_to_the_content(page: Page) -> None:
    page.goto("/ui/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_the_first_column_of_a_matrix_stays_while_its_figures_scroll(page: Page) -> None:
    page.goto("/ui/")
    name = page.locator(".matrix tbody th").first
    before = name.bounding_box()
    page.locator(".matrix").evaluate("box => box.scrollBy(200, 0)")
    assert name.bounding_box() == before
    assert page.locator(".matrix").evaluate("box => box.scrollLeft") == 200


def test_on_a_phone_a_row_of_a_table_is_a_card_that_names_its_figures(page: Page) -> None:
    page.goto("/ui/")
    row = page.locator(".table-box:not(.matrix) tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    assert row.locator("td").first.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Group"'


def test_printing_shows_the_page_without_its_frame(page: Page) -> None:
    page.goto("/ui/")
    page.emulate_media(media="print")
    assert [page.locator(part).first.is_visible() for part in (".rail", ".top", ".button", "h1", ".table")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_nothing_moves_for_those_who_want_it_still(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto("/ui/")
    assert page.locator(".skeleton span").first.evaluate("part => getComputedStyle(part).animationName") == "none"


def test_focus_is_seen(page: Page) -> None:
    page.goto("/ui/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
