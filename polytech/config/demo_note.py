"""The note in `var` about the demo university: whether it is whole, and who can sign in. Read without Django."""

import json

from polytech.config import environment

NOTE = environment.VAR / "demo.json"
SignIns = list[tuple[str, str, str]]


def state() -> str:
    """`filling`, `filled`, or nothing when there is no demo."""
    return str(_read().get("state", ""))


def sign_ins() -> SignIns:
    """(role, username, password) of one person per role."""
    found = _read().get("sign_ins", [])
    return [(str(role), str(username), str(password)) for role, username, password in found]


def write(state: str, sign_ins: SignIns = []) -> None:  # noqa: B006
    """Replace the note; only its owner reads it."""
    new = NOTE.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps({"state": state, "sign_ins": sign_ins}))
    new.replace(NOTE)


def forget() -> None:
    """The database has no demo university (any more)."""
    NOTE.unlink(missing_ok=True)


def _read() -> dict[str, list[list[str]]]:
    try:
        found = json.loads(NOTE.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
