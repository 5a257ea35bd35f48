"""What the JavaScript adds: each piece in a real browser, with the browser's clock moved, never waited for."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

HOUR = "01:00:00"


def states(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll("now-next [data-starts]")]
            .map(part => ["past", "now", "next"].filter(name => part.classList.contains(name)).join())"""
    )


def test_now_and_next_move_with_the_clock(page: Page) -> None:
    page.clock.install()
    page.goto("/ui/")
    assert states(page) == ["past", "now", "next"]
    page.clock.fast_forward(HOUR)
    assert states(page) == ["past", "past", "now"]
    assert page.locator("now-next [data-when=now]:visible").count() == 1
    page.clock.fast_forward(HOUR)
    assert states(page) == ["past", "past", "past"]


def send_the_form(page: Page) -> None:
    page.get_by_label("Title").fill("First")
    page.get_by_label("I have read the rules").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".toast")


def test_a_toast_leaves_by_itself_and_stays_while_it_is_pointed_at(page: Page) -> None:
    page.clock.install()
    page.goto("/ui/")
    send_the_form(page)
    page.locator(".toast").hover()
    page.clock.fast_forward("00:30")
    assert page.locator(".toast").count() == 1
    page.locator("h1").hover()
    page.clock.fast_forward("00:30")
    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_is_closed_by_its_button(page: Page) -> None:
    page.goto("/ui/")
    send_the_form(page)
    page.locator(".toast").get_by_role("button", name="Close").click()
    expect(page.locator("toast-list")).to_have_count(0)


def test_leaving_unsaved_words_asks_and_sending_them_does_not(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/ui/")
    page.get_by_label("Title").fill("First")
    page.reload()
    assert asked == ["beforeunload"]
    send_the_form(page)
    assert asked == ["beforeunload"]


def test_menus_close_by_escape_and_by_a_click_elsewhere(wide_page: Page) -> None:
    page = wide_page
    page.goto("/ui/")
    page.locator("details.menu > summary").first.click()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    page.locator("details.menu > summary").first.click()
    page.locator("h1").click()
    expect(page.locator("details.menu[open]")).to_have_count(0)


def place_progress(page: Page, attributes: str) -> None:
    page.evaluate(
        """attributes => document.querySelector("main").insertAdjacentHTML("afterbegin",
            `<live-progress id="long" ${attributes}><span data-what></span><span data-share></span>
             <progress max="1"></progress><span data-left></span></live-progress>`)""",
        attributes,
    )


def test_a_long_act_is_asked_about_until_it_leads_to_its_result(page: Page) -> None:
    answers = iter(
        [
            {"share": 0.25, "what": "Reading quizzes", "left": "2 min", "state": "running", "href": None},
            {"share": 1, "what": "Done", "left": None, "state": "done", "href": "/ui/?done=1"},
        ]
    )

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(next(answers)), content_type="application/json")

    page.route("**/how-far/", answer)
    page.clock.install()
    page.goto("/ui/")
    place_progress(page, 'src="/how-far/"')
    expect(page.locator("#long progress")).to_have_js_property("value", 0.25)
    assert page.locator("#long").locator("span").all_inner_texts() == ["Reading quizzes", "25%", "2 min"]
    page.clock.fast_forward("00:03")
    page.wait_for_url("**/ui/?done=1")


def test_when_the_stream_does_not_answer_the_address_is_asked(page: Page) -> None:
    page.route("**/stream/", lambda route: route.fulfill(status=204))
    page.route(
        "**/how-far/",
        lambda route: route.fulfill(
            body=json.dumps({"share": None, "what": "Waiting", "left": None, "state": "running", "href": None}),
            content_type="application/json",
        ),
    )
    page.goto("/ui/")
    place_progress(page, 'stream="/stream/" src="/how-far/"')
    expect(page.locator("#long [data-what]")).to_have_text("Waiting")
    assert page.locator("#long progress").get_attribute("value") is None


def test_an_act_that_ended_before_the_stream_opened_is_noticed(page: Page) -> None:
    page.route("**/stream/", lambda route: route.fulfill(body=": here\n\n", content_type="text/event-stream"))
    page.route(
        "**/how-far/",
        lambda route: route.fulfill(body='{"state": "done", "href": "/ui/?done=1"}', content_type="application/json"),
    )
    page.goto("/ui/")
    place_progress(page, 'stream="/stream/" src="/how-far/"')
    page.wait_for_url("**/ui/?done=1")


def test_what_an_event_leaves_out_stays_as_it_is_shown(page: Page) -> None:
    page.route(
        "**/stream/",
        lambda route: route.fulfill(
            body='data: {"what": "Half", "left": "1 min", "share": 0.5}\n\ndata: {"share": 0.75}\n\n',
            content_type="text/event-stream",
        ),
    )
    page.goto("/ui/")
    place_progress(page, 'stream="/stream/"')
    expect(page.locator("#long progress")).to_have_js_property("value", 0.75)
    assert page.locator("#long").locator("span").all_inner_texts() == ["Half", "75%", "1 min"]


def test_events_of_the_stream_are_shown(page: Page) -> None:
    event = json.dumps({"share": 0.5, "what": "Half", "left": "1 min", "state": "running", "href": None})
    page.route("**/stream/", lambda route: route.fulfill(body=f"data: {event}\n\n", content_type="text/event-stream"))
    page.goto("/ui/")
    place_progress(page, 'stream="/stream/"')
    expect(page.locator("#long progress")).to_have_js_property("value", 0.5)


def test_an_act_whose_stream_is_silent_is_asked_about(page: Page) -> None:
    states = iter(["running", "done"])
    page.clock.install()
    page.goto("/ui/")
    # A stream that is open and never says anything.
    page.evaluate(
        """() => { window.EventSource = class extends EventTarget {
            static CLOSED = 2; readyState = 1;
            constructor() { super(); setTimeout(() => this.onopen(new Event("open")), 0); }
            close() { this.readyState = 2; } } }"""
    )
    page.route(
        "**/how-far/",
        lambda route: route.fulfill(
            body=json.dumps({"share": 0.5, "state": next(states), "href": "/ui/?done=1"}),
            content_type="application/json",
        ),
    )
    place_progress(page, 'stream="/stream/" src="/how-far/"')
    page.clock.run_for(100)
    expect(page.locator("#long progress")).to_have_js_property("value", 0.5)
    page.clock.fast_forward("00:16")
    page.wait_for_url("**/ui/?done=1")


def test_wide_parts_of_a_text_are_reached_by_keyboard_only_where_they_scroll(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 800})
    page.goto("/ui/")
    parts = page.locator(".prose pre, .prose table")
    assert [part.get_attribute("tabindex") for part in parts.all()] == ["0", "0"]
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(parts.last).not_to_have_attribute("tabindex", "0")
