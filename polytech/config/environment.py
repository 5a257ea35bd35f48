"""What the operator configures: one place that reads the environment."""

import contextlib
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("POLYTECH_VAR", ROOT / "var"))


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"POLYTECH_{name}", default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    value = text(name)
    return int(value) if value else default


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def secret(name: str) -> str:
    """A secret from the environment, else one made once and kept in `var/secrets/`, readable by its owner only."""
    if value := text(name.upper()):
        return value
    folder = VAR / "secrets"
    path = folder / name.lower()
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = folder / f".{name.lower()}.{os.getpid()}"
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_text()
