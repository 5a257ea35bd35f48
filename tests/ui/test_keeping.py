"""What browsers may keep, and how small answers are."""

import gzip

import pytest
import zstandard
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from polytech.ui.api import not_modified, render_page
from polytech.ui.compression import Compression


def request(path: str = "/courses/1/", **headers: str) -> HttpRequest:
    made = RequestFactory().get(path, headers=headers)
    made.viewer = None
    return made


def tag_of(made: HttpRequest, *parts: str) -> str:
    assert not_modified(made, *parts) is None
    return render_page(made, "ui/error.html", {"trouble": TROUBLE}).headers["ETag"]


TROUBLE = {"title": "T", "sentence": "S", "icon": "x", "button_text": "", "href": "", "reference": "", "status": 200}


def test_a_page_that_the_browser_has_is_not_sent_again() -> None:
    tag = tag_of(request(), "body")
    answer = not_modified(request(**{"If-None-Match": f'"other", {tag}'}), "body")
    assert answer is not None
    assert (answer.status_code, answer.headers["ETag"], answer.headers["Vary"]) == (304, tag, "Cookie, Accept-Language")
    assert tag.startswith('W/"')


def test_other_data_another_language_theme_or_address_is_another_page() -> None:
    tags = {tag_of(request(), "body"), tag_of(request(), "other"), tag_of(request("/courses/2/"), "body")}
    tags.add(tag_of(request(Cookie="theme=dark"), "body"))
    with translation.override("ru"):
        tags.add(tag_of(request(), "body"))
    assert len(tags) == 5


def test_two_parts_are_not_one() -> None:
    assert tag_of(request(), "ab", "c") != tag_of(request(), "a", "bc")


def test_a_page_that_brings_a_message_is_never_kept() -> None:
    made = request(Cookie="messages=x")
    assert not_modified(made, "body") is None
    assert "ETag" not in render_page(made, "ui/error.html", {"trouble": TROUBLE}).headers


LONG = "Білім алушы " * 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate", "gzip"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("br", None),
        ("", None),
    ],
)
def test_an_answer_is_compressed_as_the_browser_takes_it(accepted: str, coding: str | None) -> None:
    answer = Compression(lambda _: HttpResponse(LONG, headers={"ETag": '"1"'}))(
        request(**{"Accept-Encoding": accepted})
    )
    opened = {"zstd": zstandard.ZstdDecompressor().decompress, "gzip": gzip.decompress}.get(coding or "", bytes)
    assert answer.headers.get("Content-Encoding") == coding
    assert opened(answer.content).decode() == LONG
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["ETag"] == ('W/"1"' if coding else '"1"')


def test_small_streamed_packed_and_secret_answers_are_left_alone() -> None:
    asked = request(**{"Accept-Encoding": "gzip"})
    small = Compression(lambda _: HttpResponse("short"))(asked)
    stream = Compression(lambda _: StreamingHttpResponse([LONG]))(asked)
    picture = Compression(lambda _: HttpResponse(LONG, content_type="image/png"))(asked)
    secret = Compression(lambda _: HttpResponse(LONG, headers={"Cache-Control": "no-store"}))(asked)
    left_alone = (small, stream, picture, secret)
    assert [answer.has_header("Content-Encoding") for answer in left_alone] == [False, False, False, False]


def test_what_does_not_say_that_it_may_be_kept_is_not(client: Client) -> None:
    kept = client.get("/manifest.webmanifest").headers["Cache-Control"]
    page = client.get("/about/").headers["Cache-Control"]
    assert (kept, page) == ("max-age=86400", "private, no-cache")
    assert client.get("/robots.txt").headers["Cache-Control"] == "no-store"


def test_text_says_in_which_letters_it_is(client: Client) -> None:
    assert client.get("/robots.txt").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_every_answer_carries_the_policy(client: Client) -> None:
    policy = client.get("/ui/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5, kk;q=0.9", "kk"),
        ("de, fr;q=0.9", "kk"),
        ("ru;q=0, en", "en"),
        ("ru;q=x", "kk"),
        ("", "kk"),
    ],
)
def test_the_language_is_the_one_the_browser_wants_most(client: Client, header: str, language: str) -> None:
    assert client.get("/ui/", headers={"Accept-Language": header}).headers["Content-Language"] == language
