"""The whole portal as `polytech run` starts it: its own database, servers, worker, and the demo university."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from polytech.config.house import pictures


@dataclass
class Portal:
    """A running portal, and one browser over it."""

    address: str
    sign_ins: dict[str, tuple[str, str]]
    browser: Browser
    entered: dict[str, list[Any]]

    def cookies_of(self, role: str) -> list[Any]:
        """Those of somebody who signed in through the form; once for each role."""
        if role and role not in self.entered:
            context = self.browser.new_context(base_url=self.address)
            page = context.new_page()
            pictures.sign_in(page, *self.sign_ins[role])
            self.entered[role] = [cookie for cookie in context.cookies() if cookie["name"] != "language"]
            context.close()
        return self.entered.get(role, [])


@pytest.fixture(scope="package")
def portal(chromium: Browser) -> Iterator[Portal]:
    with pictures.demo() as (address, sign_ins):
        yield Portal(address, sign_ins, chromium, {})


@pytest.fixture
def open_portal(portal: Portal) -> Iterator[Callable[..., Page]]:
    """`open_portal("student", language="kk")`: a phone in somebody's hand; nothing may go wrong in its console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_portal(role: str = "", *, language: str = "kk", **options: Any) -> Page:
        context = portal.browser.new_context(
            base_url=portal.address, locale=language, **{"viewport": {"width": 360, "height": 800}, **options}
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_cookies([*portal.cookies_of(role), {"name": "language", "value": language, "url": portal.address}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_portal
    for context in contexts:
        context.close()
    assert complaints == []
