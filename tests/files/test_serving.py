"""Files are given in ranges, not again when unchanged, and never so that they could run."""

import io

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from polytech.files.api import serve, store

pytestmark = pytest.mark.django_db


def get(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def text_blob() -> object:
    return store(io.BytesIO(b"0123456789"))


@pytest.mark.parametrize(
    ("asked", "status", "content", "content_range"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=0-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-2", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("pages=1", 200, b"0123456789", None),
    ],
)
def test_a_range_is_answered_as_rfc_9110_says(asked: str, status: int, content: bytes, content_range: str) -> None:
    response = serve(text_blob(), "digits.txt", request=get(Range=asked))
    assert (response.status_code, response.getvalue(), response.get("Content-Range")) == (
        status,
        content,
        content_range,
    )


def test_a_range_of_an_older_content_is_answered_with_the_whole_file() -> None:
    request = get(Range="bytes=2-4", **{"If-Range": '"other"'})
    assert serve(text_blob(), "x", request=request).getvalue() == b"0123456789"


def test_unchanged_content_is_not_sent_again() -> None:
    etag = serve(text_blob(), "x")["ETag"]
    response = serve(text_blob(), "x", request=get(**{"If-None-Match": etag}))
    assert (response.status_code, response.getvalue(), response["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    "content",
    [b"<!doctype html><script>x</script>", b"<svg onload='x'/>", b"<?xml version='1.0'?><a/>", b"function f() {}"],
)
def test_active_content_is_only_ever_a_download(content: bytes) -> None:
    response = serve(store(io.BytesIO(content)), "x.txt", as_attachment=False)
    assert response["Content-Disposition"] == 'attachment; filename="x.txt"'
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "form-action 'none'; base-uri 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_images_are_shown_in_place_and_names_may_be_kazakh() -> None:
    blob = store(io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(9)))
    response = serve(blob, "../бөлім/сызба ұғым.png")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == (
        "inline; filename*=utf-8''%D1%81%D1%8B%D0%B7%D0%B1%D0%B0%20%D2%B1%D2%93%D1%8B%D0%BC.png"
    )


@pytest.mark.parametrize("name", ["", "..", "a/", "\r\n", "x\r\nSet-Cookie: a=b"])
def test_no_name_breaks_the_header(name: str) -> None:
    assert "\r" not in serve(text_blob(), name)["Content-Disposition"]
    assert serve(text_blob(), name).status_code == 200
