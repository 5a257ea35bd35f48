"""What the web server answers before Django: health and static files; and whom it believes."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from polytech.config import wsgi


def ask(application: wsgi.Application, path: str, **environ: object) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of a GET."""
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        told.update(status=status, headers={name.lower(): value for name, value in headers})

    body = b"".join(application({"PATH_INFO": path, "REQUEST_METHOD": "GET", **environ}, start_response))
    return told["status"], told["headers"], body


def nobody(environ: wsgi.Environ, start_response: wsgi.StartResponse) -> Iterable[bytes]:
    """An application that says who it thinks is asking."""
    start_response("200 OK", [])
    return [f"{environ.get('REMOTE_ADDR')} {environ.get('wsgi.url_scheme')}".encode()]


@pytest.mark.django_db
def test_monitors_are_told_that_the_database_answers(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        status, headers, body = ask(wsgi.with_health(nobody), "/healthz", HTTP_HOST="10.0.0.7")
    assert (status, body) == ("200 OK", b'{"database":"ok"}')
    assert headers["cache-control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_monitors_are_told_that_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    # A socket folder without a server in it.
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    status, _, body = ask(wsgi.with_health(nobody), "/healthz")
    assert (status, body) == ("503 Service Unavailable", b'{"database":"does not answer"}')


def test_files_named_by_their_content_are_kept_for_ever_and_others_for_an_hour(tmp_path: Path) -> None:
    css = b"body { color: black }\n" * 100
    for name in ("app.3f2a91c04b7d.css", "app.css"):
        (tmp_path / name).write_bytes(css)
    (tmp_path / "app.3f2a91c04b7d.css.gz").write_bytes(gzip.compress(css))
    application = wsgi.with_static_files(nobody, tmp_path)
    for_ever = "max-age=315360000, public, immutable"
    assert ask(application, "/static/app.3f2a91c04b7d.css")[1]["cache-control"] == for_ever
    assert ask(application, "/static/app.css")[1]["cache-control"] == "max-age=3600, public"
    packed = ask(application, "/static/app.3f2a91c04b7d.css", HTTP_ACCEPT_ENCODING="gzip")
    assert packed[1]["content-encoding"] == "gzip"
    assert ask(application, "/static/none.css")[2] == b"None None"
    assert ask(application, "/")[2] == b"None None"


@pytest.mark.django_db
def test_what_is_no_page_has_the_safe_headers_too(tmp_path: Path, settings: Settings) -> None:
    settings.HTTPS = True
    (tmp_path / "app.css").write_bytes(b"body { color: black }")
    application = wsgi.with_health(wsgi.with_static_files(nobody, tmp_path))
    for path in ("/static/app.css", "/healthz"):
        headers = ask(application, path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "frame-ancestors 'none'"
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_without_collected_files_pages_are_served_all_the_same(tmp_path: Path) -> None:
    assert wsgi.with_static_files(nobody, tmp_path / "none") is nobody


def test_only_trusted_proxies_say_who_asks() -> None:
    application = wsgi.behind_proxy(nobody)
    said = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http"}
    assert ask(application, "/", REMOTE_ADDR="127.0.0.1", **said)[2] == b"203.0.113.9 https"
    assert ask(application, "/", REMOTE_ADDR="198.51.100.1", **said)[2] == b"198.51.100.1 http"


def test_nobody_else_makes_django_take_plain_http_for_https() -> None:
    def told(environ: wsgi.Environ, start_response: wsgi.StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["HTTP_X_FORWARDED_PROTO"].encode()]

    said = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http"}
    assert ask(wsgi.behind_proxy(told), "/", REMOTE_ADDR="127.0.0.1", **said)[2] == b"https"
    assert ask(wsgi.behind_proxy(told), "/", REMOTE_ADDR="198.51.100.1", **said)[2] == b"http"
