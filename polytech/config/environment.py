"""What the operator configures: one place that reads the environment."""

import contextlib
import os
import secrets
from pathlib import Path

from polytech.config.failures import Failure

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("POLYTECH_VAR") or ROOT / "var").absolute()


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"POLYTECH_{name}", default)


YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


def flag(name: str, default: bool = False) -> bool:
    """Yes or no.

    Raises:
        Failure: the value is neither; a misspelt one must not quietly mean no.
    """
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise Failure(f"POLYTECH_{name} is {value!r}; it must be yes or no.")
    return value in YES


def number(name: str, default: int) -> int:
    """A whole number.

    Raises:
        Failure: the value is none.
    """
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise Failure(f"POLYTECH_{name} is {value!r}; it must be a whole number.") from None


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def secret(name: str) -> str:
    """A secret from the environment, else one made once and kept in `var/secrets/`, readable by its owner only."""
    if value := text(name.upper()):
        return value
    folder = VAR / "secrets"
    path = folder / name.lower()
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = folder / f".{name.lower()}.{os.getpid()}"
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(48))
            # A link, not a rename: whoever comes second keeps what the first one made.
            with contextlib.suppress(FileExistsError):
                os.link(new, path)
            new.unlink()
        return path.read_text()
    except PermissionError as problem:
        raise Failure(
            f"no permission for {problem.filename}, where the secret {name} is kept. Run as the user who owns {VAR}, "
            f"or set POLYTECH_{name.upper()}."
        ) from problem
