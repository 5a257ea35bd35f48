"""The web server's entry: health and static files in front, and behind them Django, which they never reach."""

import contextlib
import gc
import os
import re
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")

from django.core.wsgi import get_wsgi_application

from polytech.config.offspring import RUN_VARIABLE, ask_to_die_with_parent

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# A name with the digest of its content in it, `app.3f2a91c04b7d.css` or `app-3F2A91C0.css`, never changes its content.
NAMED_BY_CONTENT = re.compile(r"[.-](?:[0-9a-f]{12}|[0-9A-Za-z]{8})\.\w+(?:\.\w+)?$")
MONITOR = "/healthz"


def with_static_files(application: Application, folder: Path) -> Application:
    """Serve what lies in `folder` under /static/, compressed beforehand, without asking Django."""
    from whitenoise import WhiteNoise

    from polytech.ui.middleware import headers_of_every_answer

    if not folder.is_dir():
        return application
    safe = tuple(headers_of_every_answer().items())
    served = WhiteNoise(
        application,
        max_age=3600,
        immutable_file_test=lambda _path, url: bool(NAMED_BY_CONTENT.search(url)),
        add_headers_function=lambda headers, _path, _url: [headers.add_header(*one) for one in safe],
    )
    served.add_files(str(folder), prefix="static/")
    return served


def with_health(application: Application) -> Application:
    """Answer monitors before anything else, whatever name they call us by: 200 when the database answers, else 503."""

    from polytech.ui.middleware import headers_of_every_answer

    safe = headers_of_every_answer().items()

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != MONITOR:
            return application(environ, start_response)
        answers = database_answers()
        body = b'{"database":"ok"}' if answers else b'{"database":"does not answer"}'
        start_response(
            "200 OK" if answers else "503 Service Unavailable",
            [
                ("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Content-Length", str(len(body))),
                *safe,
            ],
        )  # fmt: skip
        return [body]

    return answer


def database_answers() -> bool:
    """Whether a statement gets through; a dead connection is dropped, so that the next attempt makes a new one."""
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        with contextlib.suppress(Error):
            connection.close()
        return False
    return True


def _assemble() -> Application:
    from django.conf import settings

    if RUN_VARIABLE in os.environ:
        # A worker whose server was killed would go on answering on its port.
        ask_to_die_with_parent(signal.SIGTERM)
    assembled = with_health(with_static_files(django_application, Path(settings.STATIC_ROOT)))
    return behind_proxy(assembled) if settings.SECURE_PROXY_SSL_HEADER else assembled


def behind_proxy(application: Application) -> Application:
    """Believe the proxies of POLYTECH_TRUSTED_PROXIES, and only them, who asks and over what."""
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    from polytech.config import environment

    def with_their_word(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        # Django reads this header whoever sent it, so it says what was believed.
        environ["HTTP_X_FORWARDED_PROTO"] = environ.get("wsgi.url_scheme", "http")
        return application(environ, start_response)

    trusted = environment.names("TRUSTED_PROXIES", ("127.0.0.1", "::1"))
    return wrap_wsgi_with_proxy_headers(with_their_word, trusted_hosts=trusted)


def keep_what_is_loaded() -> None:
    """What is there now stays as long as the process: the collector of garbage need not look at it again."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


django_application = get_wsgi_application()
application = _assemble()
keep_what_is_loaded()
