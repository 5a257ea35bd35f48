"""What kind of content bytes are, told by the bytes themselves: a name is only what somebody said."""

import re

import filetype

SNIFFED_BYTES = 8192
OCTETS = "application/octet-stream"
TEXT = "text/plain"

# What a browser would run or render with scripts. Never shown from the portal's own address.
ACTIVE_TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/javascript"})

# What a browser may show by itself; everything else is downloaded.
SHOWN_TYPES = frozenset(
    {"application/pdf", TEXT, "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
)

_HTML = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|style|title|meta|link|base|form|object|embed|img|a|p|div|table)"
    rb"[\s>/]",
    re.I,
)
_XHTML = re.compile(rb"<html[\s>]", re.I)
_SVG = re.compile(rb"<(\w+:)?svg[\s>]", re.I)
_SCRIPT_START = re.compile(
    rb"(#!.*node|['\"]use strict['\"]|import\s.+from\s|export\s|function\s*\w*\s*\(|\(\s*function)"
)


def detect(head: bytes) -> str:
    """The media type of content that begins with `head` (its first `SNIFFED_BYTES` bytes).

    Text that a browser might take for a document or a script is told as such, rather too often than too rarely:
    it will then be downloaded instead of shown.
    """
    if not head:
        return TEXT
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if markup := _markup(head, start):
        return markup
    if known := filetype.guess(head):
        return str(known.mime)
    if not _is_text(head):
        return OCTETS
    return "text/javascript" if _SCRIPT_START.match(start) else TEXT


def _markup(head: bytes, start: bytes) -> str | None:
    if start.startswith(b"<?xml") or (start.startswith(b"<!DOCTYPE") and not _HTML.match(start)):
        if _SVG.search(head):
            return "image/svg+xml"
        return "application/xhtml+xml" if _XHTML.search(head) else "application/xml"
    if _SVG.match(start) or (start.startswith(b"<!--") and _SVG.search(head)):
        return "image/svg+xml"
    if start.startswith(b"<") and _HTML.search(head):
        return "text/html"
    return None


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut by the end of the head.
        return error.start >= len(head) - 3 and len(head) >= SNIFFED_BYTES
    return True


def is_shown(media_type: str) -> bool:
    """Whether a browser may show this content by itself, from the portal's own address."""
    return media_type in SHOWN_TYPES or media_type.split("/")[0] in ("video", "audio")
