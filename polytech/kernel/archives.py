"""Reading archives that somebody else made: zip, tar.gz and folders behind one face, within limits.

Nothing is unpacked under a name of the archive's own choice; links, devices and files with holes are refused. Sizes
are counted before anything is unpacked, headers of a tar among them; of a zip or tar no more is read than was counted.
Whatever the libraries raise over rubbish is told as `ArchiveRefused`; what the machine refuses (a full disk, a broken
one) stays an OSError.
"""

import errno
import io
import re
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Literal, Protocol, Self

# Of rubbish the libraries also make numbers, texts and places that are none: ValueError (texts in no encoding, too),
# struct.error, IndexError, OverflowError, and an OSError for a place before the beginning of the file.
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, IndexError, OverflowError,
)  # fmt: skip
_CHUNK = 1 << 20
# Of the tables that are read whole into memory before anybody can count: a long name or extended header of a tar (a
# thousand of them may follow each other), and the directory of a zip for each file that it may hold.
_HEADER_BYTES = 1 << 16
_DIRECTORY_BYTES_A_FILE = 200
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PAX_RECORD = re.compile(rb"([0-9]{1,7}) ([^=\n]{1,255})=")
_PAX_USED = ("path", "linkpath", "size")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold.

    Attributes:
        archive_bytes: size of the archive file itself.
        entries: number of files.
        entry_bytes, total_bytes: unpacked size of one file and of all.
        ratio: unpacked size of all divided by the size of the archive.
    """

    archive_bytes: int = 2 * 2**30
    entries: int = 50_000
    entry_bytes: int = 2**30
    total_bytes: int = 4 * 2**30
    ratio: int = 200


class ArchiveRefused(Exception):
    """The archive is not read.

    `code` is one of `not-found`, `not-an-archive`, `damaged`, `too-large`, `too-many-entries`, `entry-too-large`,
    `bomb`, `unsafe-name`, `link`, `duplicate-name`, `encrypted`, `packing`; `values` are plain JSON for its sentence.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values


class Archive(Protocol):
    """A readable archive. Use it as a context manager: what it keeps on disk goes with it."""

    def names(self) -> list[str]:
        """Paths of all files, with `/` between folders."""

    def size(self, name: str) -> int:
        """Unpacked size in bytes. Raises KeyError for an unknown name."""

    def open(self, name: str) -> BinaryIO:
        """The file's bytes. Raises KeyError for an unknown name; reading raises ArchiveRefused when damaged."""

    def __contains__(self, name: str) -> bool: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_archive(path: Path, limits: Limits | None = None) -> Archive:
    """Open a zip file, a tar.gz (or plain tar) file, or a folder.

    Raises:
        ArchiveRefused: it is none of these, is damaged, or goes past the limits.
    """
    limits = limits or Limits()
    if path.is_dir():
        return _Folder(path, limits)
    if not path.is_file():
        raise ArchiveRefused("not-found", name=path.name)
    size = path.stat().st_size
    if size > limits.archive_bytes:
        raise ArchiveRefused("too-large", bytes=size, limit=limits.archive_bytes)
    with path.open("rb") as file:
        start = file.read(265)
    with _damage_told():
        if start.startswith(b"PK"):
            return _Zip(path, limits)
        if start.startswith(b"\x1f\x8b"):
            return _Tar(path, limits, "r|gz")
        if start[257:262] == b"ustar":
            return _Tar(path, limits, "r|")
    raise ArchiveRefused("not-an-archive", name=path.name)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise ArchiveRefused("damaged", reason=str(error)[:200]) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise
        raise ArchiveRefused("damaged", reason=str(error)[:200]) from error


def _safe_name(name: str) -> str:
    """The name with `/` between its parts. Raises ArchiveRefused where it leads out of the archive."""
    plain = name.replace("\\", "/").removeprefix("./")
    parts = PurePosixPath(plain).parts
    if not parts or plain.startswith("/") or ".." in parts or "\0" in plain or ":" in parts[0]:
        raise ArchiveRefused("unsafe-name", name=name[:200])
    return plain


class _Budget:
    """Counts what has been seen against the limits."""

    def __init__(self, limits: Limits, archive_bytes: int) -> None:
        self.limits = limits
        self.ratio_bytes = max(archive_bytes * limits.ratio, 2**20)
        self.entries = 0
        self.total = 0

    def entry(self, name: str, size: int, headers: int = 0) -> None:
        if size < 0:
            raise ArchiveRefused("damaged", reason=name[:200])
        self.entries += 1
        self.total += size + headers
        if self.entries > self.limits.entries:
            raise ArchiveRefused("too-many-entries", limit=self.limits.entries)
        if size > self.limits.entry_bytes:
            raise ArchiveRefused("entry-too-large", name=name[:200], bytes=size, limit=self.limits.entry_bytes)
        if self.total > self.limits.total_bytes or self.total > self.ratio_bytes:
            raise ArchiveRefused("bomb", bytes=self.total)


class _Told(io.RawIOBase):
    """A reader whose damage is told as ArchiveRefused."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _damage_told():
            data = self.inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.inner.close()
        super().close()


class _Base:
    _sizes: dict[str, int]

    def names(self) -> list[str]:
        return list(self._sizes)

    def size(self, name: str) -> int:
        return self._sizes[name]

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what is held."""

    def _add(self, name: str, size: int) -> None:
        if name in self._sizes:
            raise ArchiveRefused("duplicate-name", name=name[:200])
        self._sizes[name] = size


class _Folder(_Base):
    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._sizes = {}
        budget = _Budget(limits, limits.total_bytes)
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_symlink():
                raise ArchiveRefused("link", name=name[:200])
            if file.is_file():
                budget.entry(name, file.stat().st_size)
                self._add(name, file.stat().st_size)

    def open(self, name: str) -> BinaryIO:
        self.size(name)
        return (self._path / name).open("rb")


class _Zip(_Base):
    def __init__(self, path: Path, limits: Limits) -> None:
        self._sizes = {}
        self._entries: dict[str, zipfile.ZipInfo] = {}
        budget = _Budget(limits, path.stat().st_size)
        _check_directory(path, limits)
        self._zip = zipfile.ZipFile(path)
        try:
            for entry in self._zip.infolist():
                self._take(entry, budget)
        except BaseException:
            self._zip.close()
            raise

    def _take(self, entry: zipfile.ZipInfo, budget: _Budget) -> None:
        name = _safe_name(entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused("link", name=name[:200])
        if entry.flag_bits & 1:
            raise ArchiveRefused("encrypted", name=name[:200])
        if entry.compress_type not in _PACKED:
            raise ArchiveRefused("packing", name=name[:200])
        if not entry.is_dir():
            budget.entry(name, entry.file_size)
            self._add(name, entry.file_size)
            self._entries[name] = entry

    def open(self, name: str) -> BinaryIO:
        with _damage_told():
            # zipfile stops at the declared size, which the budget has counted.
            inner = self._zip.open(self._entries[name])
        return io.BufferedReader(_Told(inner))  # type: ignore[arg-type]

    def close(self) -> None:
        self._zip.close()


def _check_directory(path: Path, limits: Limits) -> None:
    """Refuse a zip whose directory alone is too much: `ZipFile` reads all of it at once."""
    with path.open("rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        raise zipfile.BadZipFile("no directory")
    entries, size = end[zipfile._ECD_ENTRIES_TOTAL], end[zipfile._ECD_SIZE]  # type: ignore[attr-defined]
    if max(entries, size // _DIRECTORY_BYTES_A_FILE) > limits.entries:
        raise ArchiveRefused("too-many-entries", limit=limits.entries)


class _Member(tarfile.TarInfo):
    """A member whose own headers are small; a map of holes, which may be of any length, is not read."""

    _HEADERS = (
        tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
    )  # fmt: skip

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type == tarfile.GNUTYPE_SPARSE or (self.type in self._HEADERS and self.size > _HEADER_BYTES):
            raise ArchiveRefused("bomb", bytes=self.size)
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]

    def _proc_pax(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        """Read an extended header of our own accord: the library's way follows maps of holes and costs n² of it."""
        content = archive.fileobj.read(self._block(self.size))  # type: ignore[attr-defined]
        headers = {**archive.pax_headers, **_pax_records(content[: self.size])}
        if self.type == tarfile.XGLTYPE:
            archive.pax_headers = headers
        try:
            member: tarfile.TarInfo = self.fromtarfile(archive)
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None
        if self.type != tarfile.XGLTYPE:
            member._apply_pax_info(headers, archive.encoding, archive.errors)  # type: ignore[attr-defined]
        member.offset = self.offset
        if "size" in headers and member.isreg():
            archive.offset = member.offset_data + self._block(member.size)  # type: ignore[attr-defined]
        return member


def _pax_records(content: bytes) -> dict[str, str]:
    """The records of an extended header (`length key=value`) that say what a file is called and how large it is.

    Raises:
        ArchiveRefused: the file has holes.
        ValueError: these are no records.
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(content):
        record = _PAX_RECORD.match(content, place)
        end = place + int(record[1]) if record else 0
        if record is None or end <= record.end() or content[end - 1 : end] != b"\n":
            raise ValueError("extended header")
        key = record[2].decode(errors="replace")
        if key.startswith("GNU.sparse"):
            raise ArchiveRefused("bomb", bytes=len(content))
        if key in _PAX_USED:
            found[key] = content[record.end() : end - 1].decode(errors="replace")
        place = end
    return found


class _Tar(_Base):
    """A tar has no index, so it is unpacked once, under numbers instead of its own names."""

    def __init__(self, path: Path, limits: Limits, mode: Literal["r|", "r|gz"]) -> None:
        self._sizes = {}
        self._places: dict[str, Path] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="archive-")
        budget = _Budget(limits, path.stat().st_size)
        try:
            with _damage_told(), tarfile.open(path, mode, tarinfo=_Member) as tar:
                for entry in tar:
                    self._take(tar, entry, budget)
                    # The library would keep every one of them.
                    tar.members.clear()  # type: ignore[attr-defined]
        except BaseException:
            self._folder.cleanup()
            raise

    def _take(self, tar: tarfile.TarFile, entry: tarfile.TarInfo, budget: _Budget) -> None:
        headers = entry.offset_data - entry.offset
        if entry.isdir():
            budget.entry(entry.name, 0, headers)
            return
        name = _safe_name(entry.name)
        if not entry.isreg():
            raise ArchiveRefused("link", name=name[:200])
        budget.entry(name, entry.size, headers)
        self._add(name, entry.size)
        place = Path(self._folder.name) / str(len(self._places))
        content = tar.extractfile(entry)
        if content is None:
            raise ArchiveRefused("damaged", reason=name[:200])
        written = 0
        with place.open("wb") as file:
            while chunk := content.read(_CHUNK):
                written += file.write(chunk)
        if written != entry.size:
            raise ArchiveRefused("damaged", reason=name[:200])
        self._places[name] = place

    def open(self, name: str) -> BinaryIO:
        return self._places[name].open("rb")

    def close(self) -> None:
        self._folder.cleanup()
