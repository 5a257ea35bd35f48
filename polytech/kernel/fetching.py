"""The guarded client: fetches what an address gives, and never from a private network by surprise.

The host is looked up once, its addresses are judged, and the connection goes to the judged address, so that a second
answer of the name server changes nothing. Every redirect is judged anew.
"""

import ipaddress
import socket
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx


class FetchRefused(Exception):
    """The address is not fetched.

    `code` is one of `address-bad`, `private`, `failed`, `too-large`, `too-slow`, `too-many-redirects`, `not-kept` (the
    file cannot be written).
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much is fetched at most: bytes, seconds for all of it, seconds of silence, redirects."""

    size_bytes: int = 512 * 2**20
    seconds: int = 600
    silence_seconds: int = 30
    redirects: int = 5


def fetch(
    url: str,
    to: Path,
    *,
    allowed_hosts: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    limits: FetchLimits | None = None,
) -> int:
    """Fetch `url` into the file `to`.

    Args:
        allowed_hosts: hosts that may be private and may be spoken to without TLS.
        headers: sent to the origin of `url` only (scheme, host, port), never after a redirect to another one.

    Returns:
        the size in bytes.

    Raises:
        FetchRefused: see there. The file may hold a part.
    """
    limits = limits or FetchLimits()
    until = time.monotonic() + limits.seconds
    first = _judged(url, allowed_hosts)
    for _ in range(limits.redirects + 1):
        own = dict(headers or {}) if _judged(url, allowed_hosts) == first else {}
        url_or_size = _fetch_once(url, to, allowed_hosts, own, limits, until)
        if isinstance(url_or_size, int):
            return url_or_size
        url = _joined(url, url_or_size)
    raise FetchRefused("too-many-redirects")


def _fetch_once(
    url: str, to: Path, allowed: Collection[str], headers: dict[str, str], limits: FetchLimits, until: float
) -> str | int:
    """The size of what was fetched, or the address to which the server sends."""
    _, host, port = _judged(url, allowed)
    address = _address_of(host, port, allowed)
    parts, name = urlsplit(url), host.encode("idna").decode()
    shown = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=f"{shown}:{port}").geturl()
    called = (f"[{name}]" if ":" in name else name) + (f":{parts.port}" if parts.port else "")
    headers = {"Host": called, "User-Agent": "Polytech-Online", **headers}
    timeout = httpx.Timeout(limits.silence_seconds)
    try:
        # trust_env would send the request through a proxy of the environment, past the judged address.
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", target, headers=headers, extensions={"sni_hostname": name}) as answer,
        ):
            if answer.has_redirect_location:
                return answer.headers["location"]
            if answer.status_code != 200:
                raise FetchRefused("failed", reason=f"HTTP {answer.status_code}")
            return _save(answer, to, limits, until)
    except (httpx.HTTPError, UnicodeError) as error:
        raise FetchRefused("failed", reason=type(error).__name__) from error
    except httpx.InvalidURL as error:
        raise FetchRefused("address-bad") from error


def _save(answer: httpx.Response, to: Path, limits: FetchLimits, until: float) -> int:
    size = 0
    try:
        with to.open("wb") as file:
            for chunk in answer.iter_bytes():  # As they come: waiting for a full chunk would wait for a slow server.
                size += len(chunk)
                if size > limits.size_bytes:
                    raise FetchRefused("too-large", limit=limits.size_bytes)
                if time.monotonic() > until:
                    raise FetchRefused("too-slow", seconds=limits.seconds)
                file.write(chunk)
    except OSError as error:
        raise FetchRefused("not-kept", reason=error.strerror or type(error).__name__) from error
    return size


def _joined(url: str, location: str) -> str:
    """The address to which a server sends, seen from the one that was asked."""
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchRefused("address-bad") from error


def _judged(url: str, allowed: Collection[str]) -> tuple[str, str, int]:
    """Scheme, host and port of an address that may be fetched."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")  # As the name server is asked for it: a name may have parts that are none.
    except ValueError as error:
        raise FetchRefused("address-bad") from error
    schemes = {"https": 443, "http": 80} if host in allowed else {"https": 443}
    if not host or parts.scheme not in schemes:
        raise FetchRefused("address-bad")
    return parts.scheme, host, port or schemes[parts.scheme]


def _address_of(host: str, port: int, allowed: Collection[str]) -> str:
    """One address of the host. Raises FetchRefused when any of its addresses is not public and it is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchRefused("failed", reason="DNS") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if host not in allowed and not all(_is_public(address) for address in addresses):
        raise FetchRefused("private")
    return addresses[0]


def _is_public(address: str) -> bool:
    judged = ipaddress.ip_address(address)
    mapped = getattr(judged, "ipv4_mapped", None) or getattr(judged, "sixtofour", None)
    return judged.is_global and not judged.is_multicast and (mapped is None or mapped.is_global)
