"""Reads a delivery: the archive, its manifest, and the rows of each file, whatever encoding they came in."""

import codecs
import csv
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from polytech.integrations.sis.layout import FILES, FileLayout
from polytech.integrations.sis.remarks import Remarks
from polytech.kernel.archives import Archive, ArchiveRefused, Limits, open_archive
from polytech.kernel.findings import Level

LIMITS = Limits(
    archive_bytes=512 * 2**20, entries=200, entry_bytes=512 * 2**20, total_bytes=2**30, ratio=200
)  # fmt: skip
LONGEST_LINE_BYTES = 2**20
CHUNK = 2**20
BAD_ROWS_AT_MOST = 100
# A quotation mark that nobody closes would swallow the rows after it; no good row has so many lines.
LINES_OF_A_ROW = 50
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
_KNOWN = {file.name for file in FILES}
_MANIFEST = FileLayout("manifest", ())


def digest_of(path: Path) -> str:
    """SHA-256 of a delivered file, or of the names and contents of a folder."""
    found = hashlib.sha256()
    for file in sorted(path.rglob("*.csv")) if path.is_dir() else [path]:
        if path.is_dir():
            found.update(f"{file.relative_to(path).as_posix()}\0".encode())
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                found.update(chunk)
    return found.hexdigest()


class Delivery:
    """An opened delivery. `modes` says of each known file whether it holds all (bulk), changes (delta) or nothing."""

    def __init__(self, archive: Archive, remarks: Remarks) -> None:
        self._archive = archive
        self._remarks = remarks
        self._places = self._find_files()
        self.modes = self._read_manifest()

    def rows(self, file: FileLayout, header: list[str]) -> Iterator[tuple[int, list[str] | None]]:
        """The rows of a file as (line, fields); `header` is filled with the names of the columns first.

        What is wrong with the form of a row is told here. One that cannot be read comes without fields; one with
        other fields than the header comes with those it has.
        """
        name = self._places[file.name.lower()]
        encoding = self._encoding(file.name, name)
        with self._open_text(name, encoding) as text:
            delimiter = self._delimiter(file.name, text.readline(LONGEST_LINE_BYTES))
        with self._open_text(name, encoding) as text:
            yield from self._rows(file.name, _Lines(text), delimiter, header)

    def _open_text(self, name: str, encoding: str) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._archive.open(name), encoding, newline="")

    def _rows(
        self, file: str, lines: "_Lines", delimiter: str, header: list[str]
    ) -> Iterator[tuple[int, list[str] | None]]:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        bad = 0
        while True:
            try:
                for row in reader:
                    if len(lines.row) > 1 and header and _swallows(row, len(header), delimiter):
                        raise csv.Error("other rows between quotation marks")
                    line = lines.end_row()
                    if not header:
                        header += self._header(file, row)
                    elif len(row) == len(header):
                        yield line, row
                    elif any(row):
                        self._odd_row(file, line, row, header)
                        yield line, row
                if not header:
                    self._remarks.refuse("file-empty", file, 1)
                return
            except csv.Error as error:
                bad, line = bad + 1, lines.break_row()
                if not header or bad > BAD_ROWS_AT_MOST:
                    self._remarks.refuse("not-csv", file, line, reason=str(error))
                self._remarks.add(Level.ERROR, "row-broken", file, line, done="quarantined", reason=str(error))
                yield line, None

    def _header(self, file: str, row: list[str]) -> list[str]:
        names = [name.strip() for name in row]
        while names and not names[-1]:
            names.pop()
        if not names:
            self._remarks.refuse("file-empty", file, 1)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            self._remarks.refuse("column-twice", file, 1, twice[:100])
        return names

    def _odd_row(self, file: str, line: int, row: list[str], header: list[str]) -> None:
        self._remarks.add(
            Level.ERROR, "row-width", file, line, done="quarantined", fields=len(row), expected=len(header)
        )

    def _find_files(self) -> dict[str, str]:
        """Where each file is: in the folder of the manifest, wherever the packer put it."""
        names = self._archive.names()
        manifests = sorted((name for name in names if _base(name) == "manifest.csv"), key=lambda name: name.count("/"))
        if not manifests:
            self._remarks.refuse("manifest-missing")
        folder = manifests[0].rpartition("/")[0]
        return {
            _base(name).removesuffix(".csv"): name
            for name in names
            if name.rpartition("/")[0] == folder and _base(name).endswith(".csv")
        }

    def _read_manifest(self) -> dict[str, str]:
        header: list[str] = []
        entries: dict[str, tuple[int, str]] = {}
        for line, row in self.rows(_MANIFEST, header):
            if row and len(row) > 1:
                entries[row[0].strip().lower()] = (line, row[1].strip())
        line, version = entries.get("oneroster.version", (1, ""))
        if not version.startswith("1.2"):
            self._remarks.refuse("version-unknown", "manifest", line, "value", value=version[:50], expected="1.2")
        modes = {name: self._mode(name, *entries.get(f"file.{name.lower()}", (1, ""))) for name in _KNOWN}
        for key, (line, value) in entries.items():
            name = key.removeprefix("file.")
            if key.startswith("file.") and name not in {known.lower() for known in _KNOWN} and value.lower() != ABSENT:
                self._remarks.add(Level.INFO, "file-unused", "manifest", line, done="skipped", name=name[:100])
        if all(mode == ABSENT for mode in modes.values()):
            self._remarks.refuse("nothing-delivered", "manifest")
        return modes

    def _mode(self, name: str, line: int, value: str) -> str:
        mode, there = value.lower() or ABSENT, name.lower() in self._places
        if mode not in {BULK, DELTA, ABSENT}:
            self._remarks.refuse(
                "mode-unknown", "manifest", line, "value", value=value[:50], expected="bulk | delta | absent"
            )
        if mode != ABSENT and not there:
            self._remarks.refuse("file-missing", "manifest", line, "propertyName", name=f"{name}.csv")
        if mode == ABSENT and there:
            self._remarks.add(Level.WARNING, "file-not-announced", name, done="skipped")
        return mode

    def _encoding(self, file: str, name: str) -> str:
        """The encoding in which the whole file can be read; says so where it is not plain UTF-8."""
        with self._archive.open(name) as stream:
            start = stream.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._remarks.add(Level.WARNING, "encoding-utf16", file, done="kept")
            self._scan(file, name, "utf-16")
            return "utf-16"
        if start.startswith(codecs.BOM_UTF8):
            self._remarks.add(Level.INFO, "encoding-bom", file, done="kept")
        try:
            self._scan(file, name, "utf-8")
        except UnicodeDecodeError:
            try:
                self._scan(file, name, "cp1251")
            except UnicodeDecodeError:
                self._remarks.refuse("encoding-unknown", file)
            self._remarks.add(Level.WARNING, "encoding-cp1251", file, done="kept")
            return "cp1251"
        return "utf-8-sig"

    def _scan(self, file: str, name: str, encoding: str) -> None:
        """Read the file once without keeping it: does it decode, are its lines of a sane length, is it text?"""
        decoder = codecs.getincrementaldecoder(encoding)()
        line, length = 1, 0
        with self._archive.open(name) as stream:
            while True:
                chunk = stream.read(CHUNK)
                try:
                    text = decoder.decode(chunk, not chunk)
                except UnicodeDecodeError:
                    if encoding != "utf-16":
                        raise
                    self._remarks.refuse("encoding-unknown", file)
                if "\0" in text:
                    self._remarks.refuse("nul-bytes", file, line + text[: text.index("\0")].count("\n"))
                breaks = text.count("\n")
                line, length = line + breaks, (len(text) - text.rindex("\n") if breaks else length + len(text))
                if length > LONGEST_LINE_BYTES:
                    self._remarks.refuse("line-too-long", file, line, limit=LONGEST_LINE_BYTES)
                if not chunk:
                    return

    def _delimiter(self, file: str, first: str) -> str:
        found = max(",;\t", key=first.count) if first.strip() else ","
        if found != ",":
            self._remarks.add(Level.WARNING, "delimiter", file, 1, found=found if found == ";" else "tab")
        return found


class _Lines:
    """The lines of a file for the csv module. Those behind the first one of a broken row are given once more.

    Attributes:
        row: the lines of the row that is being read.
    """

    def __init__(self, text: Iterator[str]) -> None:
        self.row: list[str] = []
        self._text = text
        self._again: deque[str] = deque()
        self._line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        self.row.append(line)
        if len(self.row) > LINES_OF_A_ROW:
            raise csv.Error(f"more than {LINES_OF_A_ROW} lines between quotation marks")
        return line

    def end_row(self) -> int:
        """Go on after a row. Returns the number of its first line."""
        first = self._line
        self._line += len(self.row)
        self.row.clear()
        return first

    def break_row(self) -> int:
        """Give up a row, and go on with its second line: one row is lost, not those behind it."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        return self.end_row()


def _swallows(row: list[str], width: int, delimiter: str) -> bool:
    """Whether a row of several lines holds others: it has not the fields of the header, or one holds a whole row."""
    return len(row) != width or any(field.count(delimiter) >= width - 1 > 0 for field in row)


def open_delivery(path: Path, remarks: Remarks) -> tuple[Archive, Delivery]:
    """Open what was delivered. The archive is the caller's to close.

    Raises:
        DeliveryRefused: it cannot be read; the finding is in `remarks`.
    """
    try:
        archive = open_archive(path, LIMITS)
    except ArchiveRefused as refusal:
        refuse_archive(remarks, refusal)
    try:
        return archive, Delivery(archive, remarks)
    except ArchiveRefused as refusal:
        archive.__exit__(None, None, None)
        refuse_archive(remarks, refusal)
    except BaseException:
        archive.__exit__(None, None, None)
        raise


def refuse_archive(remarks: Remarks, refusal: ArchiveRefused) -> NoReturn:
    """Refuse the delivery for what is wrong with its archive: raises DeliveryRefused."""
    values: dict[str, Any] = refusal.values
    remarks.refuse(f"archive-{refusal.code}", **values)


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()
