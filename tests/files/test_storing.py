"""Blobs are kept once, typed by their content, and swept when nobody needs them."""

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from polytech.files import media, sweeping
from polytech.files.api import Blob, TooLarge, local_path, open_blob, store
from polytech.files.storing import partial_folder
from polytech.kernel import clock
from polytech.learning.api import Course, CourseFile

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings) -> None:
    storages = settings.STORAGES
    settings.STORAGES = {**storages, "default": {**storages["default"], "OPTIONS": {"location": str(tmp_path)}}}


def aged(blob: Blob) -> None:
    Blob.objects.filter(pk=blob.pk).update(touched_at=clock.now() - timedelta(days=2))


def test_stored_bytes_are_read_back_under_their_digest() -> None:
    content = os.urandom(700_000)
    blob = store(io.BytesIO(content))
    with open_blob(blob) as file:
        assert file.read() == content
    assert (blob.sha256, blob.size_bytes) == (hashlib.sha256(content).hexdigest(), 700_000)
    with local_path(blob) as path:
        assert path.stat().st_size == 700_000


def test_equal_bytes_are_kept_once() -> None:
    first, second = store(io.BytesIO(b"one")), store(io.BytesIO(b"one"))
    assert (first.pk, Blob.objects.count()) == (second.pk, 1)
    assert list(partial_folder().iterdir()) == []


def test_bytes_lost_from_the_storage_are_written_again() -> None:
    blob = store(io.BytesIO(b"one"))
    default_storage.delete(blob.stored_as)
    with open_blob(store(io.BytesIO(b"one"))) as file:
        assert file.read() == b"one"


def test_more_bytes_than_allowed_leave_nothing() -> None:
    with pytest.raises(TooLarge):
        store(io.BytesIO(bytes(1001)), limit=1000)
    assert (Blob.objects.count(), list(partial_folder().iterdir())) == (0, [])


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Дәріс конспектісі".encode(), "text/plain"),
        (b"", "text/plain"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>x", "text/html"),
        (b"<!-- hello --><script>alert(1)</script>", "text/html"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><!-- a --><svg:svg xmlns:svg='x'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "application/xhtml+xml"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"function f() { return 1 }", "text/javascript"),
        (bytes(range(256)), "application/octet-stream"),
    ],
)
def test_the_type_is_told_by_the_content(content: bytes, media_type: str) -> None:
    assert media.detect(content) == media_type


def test_a_letter_cut_by_the_end_of_the_head_is_still_text() -> None:
    head = ("я" * media.SNIFFED_BYTES).encode()[1:][: media.SNIFFED_BYTES]
    assert media.detect(b"x" + head[1:]) == "text/plain"


def test_blobs_without_a_reference_go_after_a_day() -> None:
    used, unused, fresh = (store(io.BytesIO(word)) for word in (b"used", b"unused", b"fresh"))
    aged(used)
    aged(unused)
    CourseFile.objects.create(course=Course.objects.create(title="c"), blob=used, path="x")
    assert sweeping.sweep() == {"blobs": 1, "bytes": 6, "partial": 0}
    assert set(Blob.objects.all()) == {used, fresh}
    assert not default_storage.exists(unused.stored_as)
    assert sweeping.sweep() == {"blobs": 0, "bytes": 0, "partial": 0}


def test_partial_uploads_go_after_a_day() -> None:
    partial_folder().mkdir(parents=True)
    old, fresh = partial_folder() / "old", partial_folder() / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    assert sweeping.sweep()["partial"] == 1
    assert list(partial_folder().iterdir()) == [fresh]


def test_a_storage_without_paths_keeps_and_gives_the_same_bytes(settings: Settings) -> None:
    """As an object storage does: nothing can be renamed into it, and programs need a local copy."""
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    blob = store(io.BytesIO(b"one"))
    assert store(io.BytesIO(b"one")) == blob
    with open_blob(blob) as file:
        assert file.read() == b"one"
    with local_path(blob) as path:
        assert path.read_bytes() == b"one"
    assert not path.exists()
    aged(blob)
    assert sweeping.sweep()["blobs"] == 1
    assert not default_storage.exists(blob.stored_as)
