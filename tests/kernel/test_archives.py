import gzip
import io
import resource
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from polytech.kernel.archives import ArchiveRefused, Limits, open_archive

Maker = Callable[[Path, dict[str, bytes]], Path]


def make_zip(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "some.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_tar(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "some.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def make_folder(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "some"
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(ArchiveRefused) as refused, open_archive(path, limits) as archive:
        for name in archive.names():
            archive.open(name).read()
    return refused.value.code


@pytest.mark.parametrize("make", [make_zip, make_tar, make_folder])
def test_zip_tar_and_folder_read_alike(make: Maker, tmp_path: Path) -> None:
    path = make(tmp_path, {"users.csv": b"one", "deep/er/file.xml": b"two two"})

    with open_archive(path) as archive:
        assert sorted(archive.names()) == ["deep/er/file.xml", "users.csv"]
        assert archive.size("deep/er/file.xml") == 7
        assert archive.open("deep/er/file.xml").read() == b"two two"
        assert ("users.csv" in archive, "other.csv" in archive) == (True, False)


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "..\\outside", "C:/windows"])
def test_name_that_leads_out_is_refused(make: Maker, name: str, tmp_path: Path) -> None:
    assert refusal(make(tmp_path, {name: b"x"})) == "unsafe-name"


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_bomb_is_refused(make: Maker, tmp_path: Path) -> None:
    assert refusal(make(tmp_path, {"zeros": bytes(40_000_000)})) == "bomb"


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_truncated_archive_is_told_as_damaged(make: Maker, tmp_path: Path) -> None:
    path = make(tmp_path, {"a": bytes(range(256)) * 100, "b": bytes(range(255)) * 100})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    assert refusal(path) == "damaged"


def test_changed_content_of_a_zip_is_told_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"the original words")
    path.write_bytes(path.read_bytes().replace(b"original", b"forgeted"))

    assert refusal(path) == "damaged"


@pytest.mark.parametrize("make", [make_zip, make_tar, make_folder])
def test_limits_of_entries_and_sizes_hold(make: Maker, tmp_path: Path) -> None:
    path = make(tmp_path, {"a": b"12345", "b": b"12345", "c": b"12345"})

    assert refusal(path, Limits(entries=2)) == "too-many-entries"
    assert refusal(path, Limits(entry_bytes=4)) == "entry-too-large"
    assert refusal(path, Limits(total_bytes=14)) == "bomb"


def test_large_archive_is_refused_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.truncate(2 * 2**30 + 1)

    assert refusal(path) == "too-large"


def test_links_are_refused_in_every_form(tmp_path: Path) -> None:
    zip_path, tar_path, folder = tmp_path / "l.zip", tmp_path / "l.tar.gz", tmp_path / "l"
    with zipfile.ZipFile(zip_path, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with tarfile.open(tar_path, "w:gz") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    folder.mkdir()
    (folder / "link").symlink_to("/etc/passwd")

    assert [refusal(path) for path in (zip_path, tar_path, folder)] == ["link"] * 3


def test_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.csv", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("users.csv", "two")

    assert refusal(path) == "duplicate-name"


def test_what_is_no_archive_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.zip"
    path.write_text("Dear registrar")

    assert (refusal(path), refusal(tmp_path / "missing")) == ("not-an-archive", "not-found")


def test_header_of_a_tar_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "header.tar.gz"
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 2**31
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header.tobuf())
        file.write(bytes(64 * 2**20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert refusal(path) == "bomb"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_map_of_holes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.tar"
    entry = tarfile.TarInfo("holes")
    entry.type = tarfile.GNUTYPE_SPARSE
    path.write_bytes(entry.tobuf(tarfile.GNU_FORMAT) + bytes(1024))

    assert refusal(path) == "bomb"


def test_folders_of_a_tar_count(tmp_path: Path) -> None:
    path = tmp_path / "folders.tar"
    with tarfile.open(path, "w") as archive:
        for number in range(4):
            folder = tarfile.TarInfo(f"folder{number}")
            folder.type = tarfile.DIRTYPE
            archive.addfile(folder)

    assert refusal(path, Limits(entries=3)) == "too-many-entries"


def test_zip_with_a_swollen_directory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "directory.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40):
            archive.writestr(f"{number}-{'x' * 200}", b"")

    assert refusal(path, Limits(entries=39)) == "too-many-entries"
    assert refusal(path, Limits(entries=45)) == "too-many-entries"
    with open_archive(path, Limits(entries=200)) as read:
        assert len(read.names()) == 40


def tar_with_headers(path: Path, *headers: dict[str, str], content: bytes = b"", kind: bytes = tarfile.XHDTYPE) -> Path:
    """A tar.gz with an extended header before each of its files."""
    with gzip.open(path, "wb") as file:
        for number, header in enumerate(headers):
            records = b"".join(_record(key, value) for key, value in header.items())
            extended, entry = tarfile.TarInfo("pax"), tarfile.TarInfo(f"file{number}")
            extended.type, extended.size, entry.size = kind, len(records), len(content)
            for one, data in ((extended, records), (entry, content)):
                file.write(one.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512))
        file.write(bytes(1024))
    return path


def _record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n".encode()
    length = next(size for size in range(len(rest), len(rest) + 9) if size == len(rest) + len(str(size)))
    return str(length).encode() + rest


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


HOLES = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "holes", "GNU.sparse.realsize": "1"}


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE])
@pytest.mark.parametrize(
    ("header", "content"),
    [
        (HOLES, b"2000000\n" + b"1\n" * 4_000_000),
        (HOLES, b"these are no numbers\n" * 100),
        ({"GNU.sparse.map": "x,y", "GNU.sparse.size": "1"}, b""),
        ({"GNU.sparse.size": "1", "GNU.sparse.offset": "0", "GNU.sparse.numbytes": "1"}, b"x"),
    ],
    ids=["endless map", "map of words", "map of letters", "oldest form"],
)
def test_map_of_holes_in_an_extended_header_is_not_read(
    header: dict[str, str], content: bytes, kind: bytes, tmp_path: Path
) -> None:
    path = tar_with_headers(tmp_path / "sparse.tar.gz", header, content=content, kind=kind)
    before = peak()

    assert refusal(path) == "bomb"
    assert peak() - before < 30_000


def test_name_and_size_of_an_extended_header_count(tmp_path: Path) -> None:
    path = tar_with_headers(tmp_path / "some.tar.gz", {"path": "қазақша/users.csv", "mtime": "1.5"}, {}, content=b"12")

    with open_archive(path) as archive:
        assert (archive.names(), archive.open("қазақша/users.csv").read()) == (["қазақша/users.csv", "file1"], b"12")


@pytest.mark.parametrize(
    "content",
    [b"2 2 2 2 2 2 2 2 2 2 k=", b"no records", b"99 path=x\n", b"5 path=x\n", f"{'9' * 5000} path=x\n".encode()],
)
def test_extended_header_without_records_is_told_as_damaged(content: bytes, tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, len(content)
    path = tmp_path / "header.tar"
    path.write_bytes(header.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512) + bytes(2048))

    assert refusal(path) == "damaged"


def test_headers_of_a_tar_count_as_its_size(tmp_path: Path) -> None:
    path = tar_with_headers(tmp_path / "headers.tar.gz", *({"comment": "x" * 60_000} for _ in range(40)))

    assert refusal(path) == "bomb"
    assert refusal(path, Limits(ratio=1000, total_bytes=60_000)) == "bomb"
    with open_archive(path, Limits(ratio=1000)) as archive:
        assert len(archive.names()) == 40


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_ordinary_packing_of_a_zip_is_read(packing: int, tmp_path: Path) -> None:
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("users.csv", b"x" * 1000)
    whole = path.read_bytes()
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(whole[:45] + b"\xff" * 10 + whole[55:])

    assert [refusal(path), refusal(damaged)] == ["packing", "packing"]


def test_rubbish_in_the_directory_of_a_zip_is_told_as_damaged(tmp_path: Path) -> None:
    path = make_zip(tmp_path, {"қ.csv": b"x" * 100})
    whole = path.read_bytes()
    directory = whole.index(b"PK\1\2")
    wrong_text, wrong_place = bytearray(whole), bytearray(whole)
    wrong_text[directory + 46] = 0xFF
    wrong_place[whole.index(b"PK\5\6") + 16 + 3] = 0x7F
    (tmp_path / "text.zip").write_bytes(wrong_text)
    (tmp_path / "place.zip").write_bytes(wrong_place)

    assert [refusal(tmp_path / name) for name in ("text.zip", "place.zip")] == ["damaged", "damaged"]


def test_full_disk_is_not_told_as_damage(tmp_path: Path) -> None:
    path = make_tar(tmp_path, {"large": bytes(range(256)) * 8192})
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel refuses to let a file of this process grow: what a full disk or a quota does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, usual[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            open_archive(path, Limits(ratio=10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
