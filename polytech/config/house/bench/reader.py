"""A reader with a browser's habits: one connection kept open, gzip, cookies, and a cache."""

import gzip
import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

LATEST_ANSWER_SECONDS = 60.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken"[^>]*value="([^"]+)"')
_LINK = re.compile(rb"""(?:href|src|content)=["'](/static/[^"'#?]+)""")
_REFERENCE = re.compile(rb"""(?:from|import|import\()\s*["'](\.{0,2}/[^"']+\.js)["']|url\(["']?([^"')]+)["']?\)""")


@dataclass(frozen=True)
class Answer:
    """`size` is that of the body in bytes as it came over the wire; `content` is that body unpacked."""

    status: int
    headers: dict[str, str]
    size: int
    content: bytes


class Reader:
    """Asks one server, on this machine."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(
            parts.hostname or "localhost", parts.port, timeout=LATEST_ANSWER_SECONDS
        )
        self.cookies: dict[str, str] = {"language": "kk"}

    def ask(self, path: str, *, form: dict[str, str] | None = None, if_none_match: str = "") -> Answer:
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html,*/*"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if if_none_match:
            headers["If-None-Match"] = if_none_match
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        try:
            response = self._exchange(path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server ends connections that rest while others are measured; a browser opens a new one as well.
            self.connection.close()
            response = self._exchange(path, body, headers)
        raw = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        found = {name.lower(): value for name, value in response.headers.items()}
        content = gzip.decompress(raw) if found.get("content-encoding") == "gzip" else raw
        return Answer(response.status, found, len(raw), content)

    def _exchange(self, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        return self.connection.getresponse()

    def must_have(self, path: str) -> Answer:
        """The page, which has to be there: what is measured must not be an error page."""
        answer = self.ask(path)
        if answer.status != 200:
            raise LookupError(f"{path} answered {answer.status}, {answer.headers.get('location', '')}")
        return answer

    def sign_in_form(self, path: str, username: str, password: str) -> dict[str, str]:
        token = _TOKEN.search(self.must_have(path).content.decode())
        if token is None:
            raise LookupError(f"{path} has no form")
        return {"login": username, "password": password, "csrfmiddlewaretoken": token.group(1)}

    def sign_in(self, path: str, username: str, password: str) -> None:
        self.send(path, self.sign_in_form(path, username, password))

    def send(self, path: str, form: dict[str, str]) -> None:
        """A form that has to lead on to another page."""
        answer = self.ask(path, form=form)
        if answer.status != 302:
            raise LookupError(f"{path} did not take the form: {answer.status}")

    def everything_of(self, path: str) -> dict[str, Answer]:
        """A page with every static file that it names, and those that these name: what a first visit loads."""
        loaded = {path: self.must_have(path)}
        waiting = [found.decode() for found in _LINK.findall(loaded[path].content)]
        while waiting:
            address = waiting.pop()
            if address in loaded:
                continue
            loaded[address] = answer = self.must_have(address)
            if address.endswith((".js", ".css")):
                named = (first or second for first, second in _REFERENCE.findall(answer.content))
                waiting += [
                    urljoin(address, name.decode()).split("#")[0]
                    for name in named
                    if not name.startswith((b"data:", b"#", b"http"))
                ]
        return loaded


def again(loaded: dict[str, Answer], reader: Reader) -> int:
    """Bytes of a second visit by a browser that kept everything: what is fresh is not asked for."""
    total = 0
    for path, before in loaded.items():
        control = before.headers.get("cache-control", "")
        fresh = re.search(r"max-age=(\d+)", control)
        if path.startswith("/static/") and ("immutable" in control or (fresh and int(fresh.group(1)) > 0)):
            continue
        total += reader.ask(path, if_none_match=before.headers.get("etag", "")).size
    return total


def wait_for(ready: Callable[[], bool], seconds: float = LATEST_ANSWER_SECONDS) -> None:
    """Ask until it is so.

    Raises:
        TimeoutError: it was not so in time.
    """
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("The portal did not answer in time.")
        time.sleep(0.1)
