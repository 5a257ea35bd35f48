"""The guarded client against a real server of this machine."""

import contextlib
import resource
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from polytech.kernel.fetching import FetchLimits, FetchRefused, fetch

CONTENT = b"x" * 100_000


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        targets = {
            "/again": "/again",
            "/to-private": "https://10.0.0.1/secret",
            "/to-metadata": "https://169.254.169.254/latest",
            "/to-file": "file:///etc/passwd",
            "/moved": "/delivery",
            "/other-port": f"http://localhost:{self.server.other_port}/seen",  # type: ignore[attr-defined]
            "/to-brackets": "https://[not-an-address/x",
            "/to-label": f"https://{'x' * 64}.example.org/",
            "/to-control": "/a\x01b",
            "/to-long": f"/{'x' * 70_000}",
            "/elsewhere": f"http://127.0.0.1:{self.server.server_address[1]}/seen",
        }
        if self.path in targets:
            self.send_response(302)
            self.send_header("Location", targets[self.path])
            self.end_headers()
            return
        if self.path in ("/unchanged", "/choices"):
            self.send_response({"/unchanged": 304, "/choices": 300}[self.path])
            self.end_headers()
            return
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while not self.server.released.wait(0.05):  # type: ignore[attr-defined]
                    self.wfile.write(b"x")
            return
        if self.path == "/silent":
            self.server.released.wait(10)  # type: ignore[attr-defined]
            return
        self.server.seen.append(self.headers.get("Authorization"))  # type: ignore[attr-defined]
        self.send_response(200 if self.path != "/missing" else 404)
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    made.seen, made.released, made.other_port = [], threading.Event(), 1  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.released.set()  # type: ignore[attr-defined]
    made.shutdown()
    made.server_close()


@pytest.fixture
def base(server: ThreadingHTTPServer) -> str:
    return f"http://localhost:{server.server_address[1]}"


def refusal(url: str, to: Path, *, allowed: tuple[str, ...] = ("localhost",), limits: FetchLimits | None = None) -> str:
    with pytest.raises(FetchRefused) as caught:
        fetch(url, to, allowed_hosts=allowed, limits=limits)
    return caught.value.code


def test_allowed_host_is_fetched_and_told_the_key(base: str, server: ThreadingHTTPServer, tmp_path: Path) -> None:
    size = fetch(f"{base}/moved", tmp_path / "x", allowed_hosts=["localhost"], headers={"Authorization": "Bearer k"})

    assert (size, (tmp_path / "x").read_bytes() == CONTENT) == (100_000, True)
    assert server.seen == ["Bearer k"]  # type: ignore[attr-defined]


def test_key_is_not_told_to_another_host(base: str, server: ThreadingHTTPServer, tmp_path: Path) -> None:
    fetch(
        f"{base}/elsewhere", tmp_path / "x", allowed_hosts=["localhost", "127.0.0.1"],
        headers={"Authorization": "Bearer k"},
    )  # fmt: skip

    assert server.seen == [None]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/x", "private"),
        ("https://localhost/x", "private"),
        ("https://10.1.2.3/x", "private"),
        ("https://192.168.1.1/x", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://[::1]/x", "private"),
        ("https://[::ffff:127.0.0.1]/x", "private"),
        ("https://0.0.0.0/x", "private"),
        ("https://2130706433/x", "private"),
        ("http://example.org/x", "address-bad"),
        ("file:///etc/passwd", "address-bad"),
        ("https:///x", "address-bad"),
        ("https://host:notaport/x", "address-bad"),
        (f"https://{'x' * 64}.example.org/x", "address-bad"),
        ("https://example..org/x", "address-bad"),
        ("https://[not-an-address/x", "address-bad"),
        ("https://\ud800.example.org/x", "address-bad"),
    ],
)
def test_private_and_odd_addresses_are_refused(url: str, code: str, tmp_path: Path) -> None:
    assert refusal(url, tmp_path / "x", allowed=()) == code


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/to-private", "private"),
        ("/to-metadata", "private"),
        ("/to-file", "address-bad"),
        ("/again", "too-many-redirects"),
        ("/missing", "failed"),
        ("/to-brackets", "address-bad"),
        ("/to-label", "address-bad"),
        ("/to-control", "failed"),
        ("/to-long", "failed"),
    ],
)
def test_every_redirect_is_judged_anew(path: str, code: str, base: str, tmp_path: Path) -> None:
    assert refusal(base + path, tmp_path / "x") == code


def test_too_much_is_not_taken(base: str, tmp_path: Path) -> None:
    assert refusal(f"{base}/x", tmp_path / "x", limits=FetchLimits(size_bytes=50_000)) == "too-large"


def test_silence_is_not_waited_for(base: str, tmp_path: Path) -> None:
    assert refusal(f"{base}/silent", tmp_path / "x", limits=FetchLimits(silence_seconds=1)) == "failed"


def test_nobody_answering_is_told(base: str, server: ThreadingHTTPServer, tmp_path: Path) -> None:
    server.shutdown()
    server.server_close()

    assert refusal(f"{base}/x", tmp_path / "x") == "failed"


def test_key_is_not_told_to_another_port_of_the_host(base: str, server: ThreadingHTTPServer, tmp_path: Path) -> None:
    other = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    other.seen, other.other_port = [], 1  # type: ignore[attr-defined]
    threading.Thread(target=other.serve_forever, daemon=True).start()
    server.other_port = other.server_address[1]  # type: ignore[attr-defined]

    fetch(f"{base}/other-port", tmp_path / "x", allowed_hosts=["localhost"], headers={"Authorization": "Bearer k"})
    other.shutdown()
    other.server_close()

    assert other.seen == [None]  # type: ignore[attr-defined]


def test_drop_by_drop_is_too_slow(base: str, tmp_path: Path) -> None:
    assert refusal(f"{base}/drip", tmp_path / "x", limits=FetchLimits(seconds=1)) == "too-slow"


@pytest.mark.parametrize("path", ["/unchanged", "/choices"])
def test_answer_that_leads_nowhere_is_refused(path: str, base: str, tmp_path: Path) -> None:
    assert refusal(base + path, tmp_path / "x") == "failed"


def test_key_that_no_header_can_hold_is_told(base: str, tmp_path: Path) -> None:
    with pytest.raises(FetchRefused) as caught:
        fetch(f"{base}/x", tmp_path / "x", allowed_hosts=["localhost"], headers={"Authorization": "Bearer кілт"})

    assert caught.value.code == "failed"


def test_full_disk_is_told(base: str, tmp_path: Path) -> None:
    # The kernel refuses to let a file of this process grow: what a full disk or a quota does.
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**12, usual[1]))
    try:
        code = refusal(f"{base}/x", tmp_path / "x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert (code, refusal(f"{base}/x", tmp_path)) == ("not-kept", "not-kept")


def test_name_in_letters_of_a_language_is_asked_in_those_of_the_network(
    base: str, server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    # Full-width letters: the name service knows them as those of localhost.
    port = server.server_address[1]

    fetch(f"http://ｌｏｃａｌｈｏｓｔ:{port}/x", tmp_path / "x", allowed_hosts=["ｌｏｃａｌｈｏｓｔ"])

    assert (tmp_path / "x").read_bytes() == CONTENT
