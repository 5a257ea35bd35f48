"""Prepare `.venv`: the locked dependencies, and nothing when they are there. Runs before any of them exists.

    python3 polytech/config/prepare.py [run|dev|ci|extras]

Only the standard library of Python 3.11 or newer is used here. `.venv` is made with the machine's `venv`, pip brings a
pinned uv by its digest into `.venv/tools`, and uv makes the environment what the lock file says.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
TOOLS = VENV / "tools"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".prepared"
LOCKS = {
    "run": "requirements.lock",
    "extras": "requirements-extras.lock",
    "dev": "requirements-dev.lock",
    "ci": "requirements-ci.lock",
}
# Which kinds hold everything of another one.
HELD_BY = {"run": ("extras", "dev", "ci"), "extras": ("ci",), "dev": ("ci",), "ci": ()}
# What python-ldap is built from, and the package of Debian that brings it.
BUILT_FROM = {
    "/usr/include/ldap.h": "libldap2-dev",
    "/usr/include/sasl/sasl.h": "libsasl2-dev",
    "/usr/bin/cc": "gcc",
}
OLDEST_NODE = 20
SURROUNDINGS = 5


class Trouble(Exception):
    """Something is missing; the text says what to do."""


def main(arguments: list[str]) -> int:
    kind = arguments[0] if arguments else "run"
    if kind not in LOCKS:
        sys.stderr.write(f"usage: prepare.py [{'|'.join(LOCKS)}]\n")
        return 2
    try:
        prepare(kind)
    except Trouble as trouble:
        sys.stderr.write(f"polytech: {trouble}\n")
        return SURROUNDINGS
    except PermissionError as problem:
        sys.stderr.write(
            f"polytech: no permission to write {problem.filename}. Make the folder yours, or clone anew.\n"
        )
        return SURROUNDINGS
    except OSError as problem:
        sys.stderr.write(f"polytech: {problem.strerror}: {problem.filename or VENV}\n")
        return SURROUNDINGS
    except KeyboardInterrupt:
        return 130
    return 0


def prepare(kind: str) -> None:
    """Make `.venv` what the lock file of this kind says."""
    if sys.version_info < (3, 11):  # noqa: UP036 — an older one may well run this
        raise Trouble(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. "
            "On Debian 12: apt-get install python3 python3-venv; then make PYTHON=/usr/bin/python3 run"
        )
    if is_prepared(kind):
        return
    if kind in {"ci", "extras"}:
        require_headers()
    began = time.monotonic()
    say("Locked dependencies …")
    STAMP.unlink(missing_ok=True)
    make_venv()
    uv = bring_uv()
    run(
        [str(uv), "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", str(PYTHON), *locks_of(kind)],
        "The locked dependencies",
    )
    add_ourselves()
    STAMP.write_text(state_of(kind))
    say(f"Locked dependencies: {time.monotonic() - began:.1f} s")


def machine_has_node() -> bool:
    """Whether a Node that is new enough is there with its npm; else the wheel brings one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def is_prepared(kind: str) -> bool:
    """Whether what `.venv` is now serves this kind: nothing is taken away from under a portal that runs."""
    known = STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""
    return any(known == state_of(other) for other in (kind, *HELD_BY[kind]))


def locks_of(kind: str) -> list[str]:
    needs_node = kind in {"run", "extras"} and not machine_has_node()
    return [LOCKS[kind], *(["requirements-assets.lock"] if needs_node else [])]


def state_of(kind: str) -> str:
    digest = hashlib.sha256()
    for name in (*locks_of(kind), "requirements-uv.lock", "polytech/config/prepare.py"):
        digest.update((ROOT / name).read_bytes())
    return f"{digest.hexdigest()} {sys.version_info.major}.{sys.version_info.minor} {ROOT}"


def make_venv() -> None:
    if works(PYTHON) and has_pip(PYTHON):
        return
    if works(PYTHON) and (TOOLS / "bin" / "uv").exists():
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Trouble(
            "Python's venv is missing on this machine. Install it, then try again: apt-get install python3-venv"
        ) from None
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment .venv")


def works(python: Path) -> bool:
    if not python.exists():
        return False
    version = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([str(python), "-c", version], capture_output=True, check=False).returncode == 0


def has_pip(python: Path) -> bool:
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def bring_uv() -> Path:
    """The pinned uv, checked by its digest, in a folder that `uv pip sync` leaves alone."""
    uv = TOOLS / "bin" / "uv"
    lock = ROOT / "requirements-uv.lock"
    mark = TOOLS / ".lock"
    if uv.exists() and mark.exists() and mark.read_bytes() == lock.read_bytes():
        return uv
    if not has_pip(PYTHON):
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment .venv")
    shutil.rmtree(TOOLS, ignore_errors=True)
    run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
         "--only-binary", ":all:", "--target", str(TOOLS), "-r", str(lock)],
        "uv",
    )  # fmt: skip
    mark.write_bytes(lock.read_bytes())
    return uv


def add_ourselves() -> None:
    """Make `import polytech` and `.venv/bin/polytech` work from this folder, without building a package."""
    found = subprocess.run(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (Path(found.stdout.strip()) / "polytech.pth").write_text(f"{ROOT}\n")
    program = VENV / "bin" / "polytech"
    program.unlink(missing_ok=True)
    program.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m polytech "$@"\n')
    program.chmod(0o755)


def require_headers() -> None:
    """What python-ldap is built from is there."""
    missing = [package for path, package in BUILT_FROM.items() if not Path(path).exists()]
    include = subprocess.run(
        [sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('include'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if not (Path(include.stdout.strip()) / "Python.h").exists():
        missing.append("python3-dev")
    if missing:
        raise Trouble(f"sign-in by LDAP is built from source and needs: apt-get install {' '.join(missing)}")


def run(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, env=environment())
    if not done.returncode:
        return
    said = done.stderr.strip()
    if "No space left on device" in said or "os error 28" in said:
        raise Trouble(f"the disk with {VENV} is full. Free some space (about 600 MB are needed) and try again.")
    raise Trouble(
        f"{what} could not be installed. If the network is the reason, mend it and try again; what was fetched is "
        f"kept.\n{said[-1500:]}"
    )


def environment() -> dict[str, str]:
    """The caller's, without an environment that happens to be active."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"}
    }
    # The machine knows which certificates it trusts; a university's own may be among them.
    kept.setdefault("UV_SYSTEM_CERTS", "1")
    return kept if sys.stderr.isatty() else kept | {"UV_NO_PROGRESS": "1"}


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
