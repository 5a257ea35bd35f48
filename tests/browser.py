"""A real browser for tests: Debian's Chromium by Playwright, and axe-core for accessibility.

    @pytest.mark.browser
    def test_…(page, sign_in, cast):
        enter(page, sign_in(cast.student))
        page.goto("/courses/")
        assert axe(page) == []

`page` is a phone (360 × 800); `wide_page` a desk (1280 × 800); `plain_page` a phone without JavaScript. All of them
fail their test when the browser's console reports an error or a breach of the content security policy.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}
PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
SAFE_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _cannot(reason: str) -> NoReturn:
    """Skipped on a developer's machine, failed where CI=true says that nothing may be left out."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """npm's packages, those of the tests too."""
    from polytech.ui import assets

    try:
        return assets.install(with_tools_of_tests=True)
    except assets.AssetsError as error:
        _cannot(f"No npm packages: {error}")


@pytest.fixture(scope="session")
def built_assets(node_modules: Path) -> Path:
    """The folder with app.css, app.js and icons.svg, built from this tree."""
    from polytech.ui import assets

    assets.build(collect=False)
    return assets.BUILT


@pytest.fixture(scope="session")
def chromium(built_assets: Path) -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    program = next((place for place in PLACES if Path(place).exists()), None)
    if program is None:
        _cannot("No Chromium: apt-get install chromium")
    # Playwright keeps a loop in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SAFE_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: "Browser", live_server: Any) -> Iterator[Callable[..., "Page"]]:
    """Opens pages: `open_page(viewport=DESK, color_scheme="dark", java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**options: Any) -> "Page":
        context = chromium.new_context(**{"base_url": live_server.url, "viewport": PHONE, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[..., "Page"]) -> "Page":
    return open_page()


@pytest.fixture
def wide_page(open_page: Callable[..., "Page"]) -> "Page":
    return open_page(viewport=DESK)


@pytest.fixture
def plain_page(open_page: Callable[..., "Page"]) -> "Page":
    return open_page(java_script_enabled=False)


def enter(page: "Page", client: "Client", live_url: str = "") -> None:
    """Take over the cookies of a signed-in test client."""
    address = live_url or page.context._options["baseURL"]  # type: ignore[attr-defined]
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": address} for name, morsel in client.cookies.items()]
    )


def axe(page: "Page") -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on this page, one line for each place; empty when nothing.

    The levels of headings inside a person's own text (`.prose`) are the author's, so they are not counted.
    """
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate(
        """async tags => {
            const told = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
            return told.violations.flatMap(rule => rule.nodes
                .filter(node => rule.id !== "heading-order"
                    || !document.querySelector(node.target[0])?.closest(".prose"))
                .map(node => [rule.id, node.html.slice(0, 160), node.failureSummary]));
        }""",
        STANDARD,
    )
    return [f"{rule}: {html}: {' '.join(why.split())[:240]}" for rule, html, why in found]
