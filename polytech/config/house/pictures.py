"""Which pages are photographed, as whom, and how: a demo university of its own, in a browser without a screen."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from polytech.config.failures import Failure
from polytech.config.house.bench.portal import answers
from polytech.config.house.bench.reader import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
PHONE, DESK = (360, 800), (1280, 800)
FIRST_START_SECONDS = 300.0
LARGEST_PICTURE = 200_000


@dataclass(frozen=True)
class Subject:
    """A page: its name, the role of who looks at it ("" for nobody), and the way there.

    Attributes:
        way: addresses to open one after another; one that begins with `~` is a pattern for a link on the page before,
            its address and, after a tab, its words.
    """

    name: str
    role: str
    way: tuple[str, ...]


# The course that the demo always has, whatever backups lie beside it.
COURSE = ("/courses/", r"~^/courses/\d+/\tДеректер базасы")
SUBJECTS = (
    Subject("sign-in", "", ("/account/login/",)),
    Subject("home-student", "student", ("/",)),
    Subject("courses", "student", ("/courses/",)),
    Subject("course", "student", COURSE),
    Subject("element", "student", (*COURSE, r"~^/courses/\d+/\d+/\t")),
    Subject("week", "student", ("/timetable/",)),
    Subject("grades", "student", ("/grades/",)),
    Subject("announcements", "student", ("/announcements/",)),
    Subject("security", "student", ("/account/2fa/",)),
    Subject("home-teacher", "teacher", ("/",)),
    Subject("course-teacher", "teacher", COURSE),
    Subject("participants", "teacher", (*COURSE, r"~/participants/\t")),
    Subject("home-adviser", "adviser", ("/",)),
    Subject("home-dean", "dean", ("/",)),
    Subject("home-registrar", "registrar", ("/",)),
    Subject("feed", "registrar", ("/", r"~^/feed/|^/sis/")),
    Subject("home-methodologist", "methodologist", ("/",)),
    Subject("coverage", "methodologist", ("/programmes/coverage/",)),
    Subject("home-administrator", "administrator", ("/",)),
    Subject("home-support", "support", ("/",)),
    Subject("kit", "student", ("/ui/",)),
)


@dataclass(frozen=True)
class Shot:
    """One picture of one subject."""

    subject: str
    size: tuple[int, int]
    language: str
    theme: Theme

    @property
    def file(self) -> str:
        return f"{self.subject}-{self.size[0]}-{self.language}-{self.theme}.png"


# The handful that the README shows; few, small, and between them both widths, both themes and three languages.
SHOWN = (
    Shot("home-student", PHONE, "kk", "light"),
    Shot("home-student", DESK, "kk", "light"),
    Shot("course", PHONE, "ru", "dark"),
    Shot("course", DESK, "en", "light"),
    Shot("week", DESK, "ru", "light"),
    Shot("element", PHONE, "en", "light"),
    Shot("home-teacher", DESK, "ru", "dark"),
    Shot("participants", PHONE, "kk", "light"),
)


def all_shots() -> Iterator[Shot]:
    for subject in SUBJECTS:
        for size in (PHONE, DESK):
            for theme in THEMES:
                for language in ("kk", "ru", "en"):
                    yield Shot(subject.name, size, language, theme)


@contextlib.contextmanager
def demo() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """A running demo university: its address, and the name and password of somebody of each role."""
    folder = Path(tempfile.mkdtemp(prefix="polytech-pictures-"))
    folder.chmod(0o755)
    port, streams_port = _free_ports(2)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYTECH_")}
    environment |= {"POLYTECH_VAR": str(folder), "POLYTECH_SECOND_FACTOR": "asked"}
    command = [
        sys.executable, "-m", "polytech", "run", "--port", str(port), "--streams-port", str(streams_port),
        "--workers", "1",
    ]  # fmt: skip
    address = f"http://localhost:{port}"
    with (folder / "run.log").open("wb") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(f"{address}/healthz") or running.poll() is not None, FIRST_START_SECONDS)
        if running.poll() is not None:
            raise Failure(f"the demo did not start: {(folder / 'run.log').read_text()[-1000:]}")
        note = json.loads((folder / "demo.json").read_text())
        yield address, {role: (username, password) for role, username, password in note["sign_ins"]}
    finally:
        running.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(40)
        running.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def browser() -> Iterator["Browser"]:
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise Failure("the pictures need the packages for development: make screenshots installs them.") from None
    program = next((place for place in BROWSERS if Path(place).exists()), None)
    if program is None:
        raise Failure("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


class Camera:
    """Photographs one running portal; signs in once for each role."""

    def __init__(self, browser: "Browser", address: str, sign_ins: dict[str, tuple[str, str]]) -> None:
        self.browser, self.address, self.sign_ins = browser, address, sign_ins
        self.entered: dict[str, list[dict[str, object]]] = {"": []}

    def take(self, shot: Shot, target: Path, *, whole_page: bool) -> bool:
        """Write the picture; False when there is no such page for this role (yet)."""
        subject = next(subject for subject in SUBJECTS if subject.name == shot.subject)
        if subject.role and subject.role not in self.sign_ins:
            return False
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": shot.size[0], "height": shot.size[1]},
            color_scheme=shot.theme, locale=shot.language, reduced_motion="reduce",
        )  # fmt: skip
        try:
            language = {"name": "language", "value": shot.language, "url": self.address}
            context.add_cookies([*self._cookies(subject.role), language])  # type: ignore[list-item]
            page = context.new_page()
            if not go(page, subject.way):
                return False
            page.screenshot(path=str(target), full_page=whole_page)
            return True
        finally:
            context.close()

    def _cookies(self, role: str) -> list[dict[str, object]]:
        if role not in self.entered:
            username, password = self.sign_ins[role]
            context = self.browser.new_context(base_url=self.address)
            page = context.new_page()
            sign_in(page, username, password)
            self.entered[role] = [dict(cookie) for cookie in context.cookies() if cookie["name"] != "language"]
            context.close()
        return self.entered[role]


def sign_in(page: "Page", username: str, password: str) -> None:
    """Through the form, as a person does."""
    page.goto("/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)


def go(page: "Page", way: tuple[str, ...]) -> bool:
    """Follow the way; whether there is a page at its end."""
    for step in way:
        address = step
        if step.startswith("~"):
            links = page.eval_on_selector_all(
                "a[href]", "links => links.map(link => [link.getAttribute('href'), link.textContent.trim()])"
            )
            address = next((href for href, text in links if re.search(step[1:], f"{href}\t{text}")), "")
            if not address:
                return False
        response = page.goto(address.split("#")[0])
        if response is None or not response.ok:
            return False
    return True


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(number)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
