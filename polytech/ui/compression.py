"""Smaller answers: zstd where the browser takes it, else gzip, both at a cheap level.

The CSRF token is masked anew in every answer, and a page that shows a secret is not to be stored (`no-store`) and is
not compressed either, so that BREACH has nothing to compare (docs/decisions/0021).
"""

import threading
import zlib

import zstandard
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from polytech.ui.middleware import Handler

SMALLEST_BYTES = 600
ZSTD_LEVEL = 3
GZIP_LEVEL = 4
GZIP_WINDOW = 16 + zlib.MAX_WBITS
COMPRESSED_TYPES = ("text/", "application/json", "application/xml", "application/manifest+json", "image/svg+xml")

_of_thread = threading.local()


def _zstd(content: bytes) -> bytes:
    compressor = getattr(_of_thread, "zstd", None)
    if compressor is None:
        compressor = _of_thread.zstd = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
    return compressor.compress(content)


def _gzip(content: bytes) -> bytes:
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return compressor.compress(content) + compressor.flush()


_CODINGS = {"zstd": _zstd, "gzip": _gzip}


def _accepted(header: str) -> str:
    """`zstd`, `gzip` or nothing: the best that the browser takes; a weight of 0 refuses."""
    taken = set()
    for part in header.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return next((coding for coding in _CODINGS if coding in taken), "")


class Compression:
    """Compresses answers of text that are whole in memory; leaves streams and files alone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or len(response.content) < SMALLEST_BYTES:
            return response
        if response.headers.get("Cache-Control") == "no-store":
            return response
        if response.has_header("Content-Encoding") or not response.headers.get("Content-Type", "").startswith(
            COMPRESSED_TYPES
        ):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        coding = _accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if coding:
            response.content = _CODINGS[coding](response.content)
            response.headers["Content-Encoding"] = coding
            response.headers["Content-Length"] = str(len(response.content))
            tag = response.headers.get("ETag", "")
            if tag.startswith('"'):
                response.headers["ETag"] = f"W/{tag}"
        return response
