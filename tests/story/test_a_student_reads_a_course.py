"""The story that the first release is about, in a real browser against the real processes.

The university came by the feed and the course by a Moodle backup, as `polytech run` brings them in.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from polytech.config.house import pictures
from tests.browser import axe
from tests.story.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]
OpenPortal = Callable[..., Page]
WORDS = {
    "kk": {"classes": "Сабақтар", "courses": "Курстар"},
    "ru": {"classes": "Занятия", "courses": "Курсы"},
    "en": {"classes": "Classes", "courses": "Courses"},
}
LANGUAGES = tuple(WORDS)


@pytest.mark.requirement("R1-03", "R1-09", "R2-02", "R4-06", "R4-16", "R4-18")
@pytest.mark.parametrize("language", LANGUAGES)
def test_student_signs_in_on_a_phone_sees_classes_opens_the_course_and_reads(
    portal: Portal, open_portal: OpenPortal, language: str
) -> None:
    read_a_course(open_portal(language=language), portal, language)


@pytest.mark.requirement("R6-04")
@pytest.mark.parametrize("language", LANGUAGES)
def test_student_does_all_of_it_without_javascript(portal: Portal, open_portal: OpenPortal, language: str) -> None:
    read_a_course(open_portal(language=language, java_script_enabled=False), portal, language)


def read_a_course(page: Page, portal: Portal, language: str) -> None:
    page.goto("/")
    username, password = portal.sign_ins["student"]
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("form button[type=submit], form button:not([type])")
    page.wait_for_url(f"{portal.address}/")

    assert page.locator("html").get_attribute("lang") == language
    headings = page.locator("h2").all_inner_texts()
    assert headings[-1] == WORDS[language]["courses"]
    assert page.locator(".card.class").count() >= 1
    assert re.search(r"\d\d:\d\d", page.locator("li.day time").first.inner_text())

    page.locator("a.card[href^='/courses/']").first.click()
    page.wait_for_url(re.compile(r"/courses/\d+/"))
    course = page.locator("h1").inner_text()
    assert course != ""
    page.locator("main a.item[href^='/courses/']:visible").first.click()
    page.wait_for_url(re.compile(r"/courses/\d+/\d+/"))
    assert len(page.locator("article").inner_text()) > 100
    first = page.locator("h1").inner_text()

    page.locator("a[rel=next]").click()
    expect(page.locator("h1")).not_to_have_text(first)
    page.locator("a[rel=prev]").click()
    expect(page.locator("h1")).to_have_text(first)


@pytest.mark.requirement("R4-16", "R6-04")
@pytest.mark.parametrize("subject", pictures.SUBJECTS, ids=lambda subject: subject.name)
def test_main_page_is_accessible_at_both_widths_in_both_themes(
    open_portal: OpenPortal, subject: pictures.Subject
) -> None:
    page = open_portal(subject.role)
    assert pictures.go(page, subject.way), subject.way
    for width, height in (pictures.PHONE, pictures.DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, "it scrolls sideways"
        for theme in pictures.THEMES:
            page.emulate_media(color_scheme=theme)
            assert axe(page) == [], f"{width} px, {theme}"


@pytest.mark.requirement("R4-47")
def test_every_role_signs_in_and_has_a_home(portal: Portal, open_portal: OpenPortal) -> None:
    for role in portal.sign_ins:
        page = open_portal(role)
        response = page.goto("/")

        assert response is not None and response.status == 200, role
        assert page.locator("h1").count() == 1, role
