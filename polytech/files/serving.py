"""Giving bytes to a browser: in ranges, unchanged ones not again, and nothing that could run."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from polytech.files import media
from polytech.files.models import Blob
from polytech.files.storing import CHUNK_BYTES, open_blob

# Nobody may embed it, and it loads nothing: not even what is in it by mistake.
_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Unsatisfiable(Exception):
    """The range asked for lies outside the file."""


def serve(
    blob: Blob, name: str, *, as_attachment: bool = False, request: HttpRequest | None = None
) -> HttpResponseBase:
    """An answer with the blob's bytes. Whether the reader may have them has been decided before.

    Content that a browser could run (HTML, SVG, XML, scripts) and content that it cannot show is always a download:
    the portal has no separate origin for it yet (docs/decisions/0040).

    Args:
        name: what the reader saves it as; any letters.
        request: gives `Range`, `If-Range` and `If-None-Match`; without it the whole file is sent.
    """
    headers = request.headers if request is not None else {}
    etag = f'"{blob.sha256}"'
    if etag in headers.get("If-None-Match", ""):
        return _with_headers(HttpResponse(status=304), blob, name, as_attachment)
    try:
        part = _range(headers.get("Range", ""), blob.size_bytes) if headers.get("If-Range", etag) == etag else None
    except Unsatisfiable:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{blob.size_bytes}"
        return refused
    first, last = part or (0, blob.size_bytes - 1)
    response = StreamingHttpResponse(_chunks(blob, first, last - first + 1), content_type=_content_type(blob))
    response["Content-Length"] = str(last - first + 1)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{blob.size_bytes}"
    return _with_headers(response, blob, name, as_attachment)


def _content_type(blob: Blob) -> str:
    return "text/plain; charset=utf-8" if blob.media_type == media.TEXT else blob.media_type


def _with_headers(
    response: HttpResponse | StreamingHttpResponse, blob: Blob, name: str, as_attachment: bool
) -> HttpResponse | StreamingHttpResponse:
    attached = as_attachment or not media.is_shown(blob.media_type)
    response["ETag"] = f'"{blob.sha256}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Browsers show no PDF in a sandbox; its own viewer is one.
    is_pdf = blob.media_type == "application/pdf"
    response["Content-Security-Policy"] = _POLICY if is_pdf else f"sandbox; {_POLICY}"
    if disposition := content_disposition_header(attached, _safe_name(name)):
        response["Content-Disposition"] = disposition
    return response


def _safe_name(name: str) -> str:
    """The last part of a path, without characters that break a header or a file system."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200].strip(". ") or "file"


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of one range. Several ranges, or none understood, mean the whole file (RFC 9110, 14.2)."""
    found = _RANGE.match(asked.replace(" ", ""))
    if not found or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or (not first and last.strip("0") == ""):
        raise Unsatisfiable
    return start, end


def _chunks(blob: Blob, first: int, length: int) -> Iterator[bytes]:
    with open_blob(blob) as file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk
