"""Folders of the installation: who can reach them, whether there is room, and where else to go."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from polytech.config import environment
from polytech.config.failures import Failure

UNPRIVILEGED_USER = environment.text("POSTGRES_USER", "nobody")
STATE = Path("/var/lib/polytech")


def identity() -> dict[str, Any]:
    """For `subprocess`: root becomes the unprivileged user, anybody else stays who they are."""
    if os.geteuid() != 0:
        return {}
    user = _unprivileged()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise Failure(
            f"PostgreSQL never runs as root, and this machine has no user {UNPRIVILEGED_USER}. "
            "Name one with POLYTECH_POSTGRES_USER, or run as an ordinary user."
        ) from None


def give_away(path: Path) -> None:
    """When root made it, the unprivileged user owns it."""
    if os.geteuid() == 0:
        user = _unprivileged()
        os.chown(path, user.pw_uid, user.pw_gid)


def reachable(path: Path) -> bool:
    """Whether the user whom PostgreSQL runs as can get to `path`."""
    if os.geteuid() != 0:
        return True
    done = subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **identity())
    return done.returncode == 0


def require_space(folder: Path, wanted: int) -> None:
    """Refuse to begin on a disk that is about to be full.

    Args:
        wanted: bytes.
    """
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise Failure(
            f"the disk with {folder} is full: {free // 2**20} MB are free, {wanted // 2**20} MB are needed. "
            "Free some space, or set POLYTECH_VAR to a folder on another disk."
        )


def require_writable(folder: Path) -> None:
    """The folder exists (made when missing) and takes files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (PermissionError, FileExistsError, NotADirectoryError) as problem:
        raise Failure(
            f"no permission to write into {folder}. Make it yours (chown -R $USER {folder}), "
            "or name another folder: POLYTECH_VAR=/some/folder."
        ) from problem
    except OSError as problem:
        raise Failure(f"cannot write into {folder}: {problem.strerror}.") from problem


def short_folder_for(folder: Path) -> Path:
    """A folder with a short name in /tmp for the socket of a cluster with a long one; ours alone, or a failure."""
    short = Path("/tmp") / f"polytech-{_digest(str(folder))}"  # noqa: S108
    owner = _unprivileged().pw_uid if os.geteuid() == 0 else os.geteuid()
    try:
        short.mkdir(mode=0o700)
        give_away(short)
    except FileExistsError:
        found = short.lstat()
        if found.st_uid not in {owner, 0} or found.st_mode & 0o077 or short.is_symlink():
            raise Failure(
                f"{short} belongs to somebody else. Remove it: the socket of PostgreSQL goes there."
            ) from None
    return short


def folder_of_unprivileged_user() -> Path:
    """A new folder that the unprivileged user owns and reaches, for a cluster that cannot live in `var`."""
    parent = _state("clusters")
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=parent))
    give_away(folder)
    return folder


def reachable_programs(programs: Path) -> Path:
    """The folder of PostgreSQL's programs, copied to where the unprivileged user reaches them if need be.

    Args:
        programs: the `bin` folder of an installation inside the wheel, whose shared libraries lie beside the wheel's
            package (`../../../<package>.libs`, as the programs' own search path says).
    """
    if reachable(programs / "postgres"):
        return programs
    installation = programs.parent
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    stamp = (programs / "postgres").stat()
    copy = _state("programs") / _digest(f"{installation} {stamp.st_size} {stamp.st_mtime_ns}")
    if not copy.exists():
        require_space(copy.parent, 100 * 2**20)
        aside = Path(tempfile.mkdtemp(prefix="copy-", dir=copy.parent))
        without_archives = shutil.ignore_patterns("*.a")
        for source in (installation, libraries):
            if source.exists():
                target = aside / source.relative_to(package.parent)
                shutil.copytree(source, target, symlinks=True, ignore=without_archives)
        aside.chmod(0o755)
        try:
            aside.rename(copy)
        except OSError:  # somebody else was quicker
            shutil.rmtree(aside, ignore_errors=True)
    return copy / programs.relative_to(package.parent)


def _state(name: str) -> Path:
    folder = STATE / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as problem:
        raise Failure(
            f"PostgreSQL runs as the user {UNPRIVILEGED_USER}, who cannot reach this folder, and {folder} cannot be "
            f"made either ({problem.strerror}). Run as an ordinary user, or set POLYTECH_VAR."
        ) from problem
    return folder


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
