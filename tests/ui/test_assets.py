"""What the browser gets: small, complete, built once."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from polytech.ui import assets

FIRST_VISIT_BYTES = 60_000
JAVASCRIPT_BYTES = 20_000
PACKAGE = Path(assets.__file__).parent.parent


def small(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_first_visit_takes_at_most_60_kilobytes(client: Client, built_assets: Path) -> None:
    page = client.get("/ui/", headers={"Accept-Encoding": "gzip"}).content
    parts = {name: small(built_assets / name) for name in ("app.css", "app.js", "icons.svg", "favicon.svg")}
    assert len(page) + sum(parts.values()) <= FIRST_VISIT_BYTES
    assert parts["app.js"] <= JAVASCRIPT_BYTES


def test_building_again_does_nothing(built_assets: Path) -> None:
    steps: list[str] = []
    assert assets.build(lambda what, share: steps.append(what), collect=False) is False
    assert steps == []


def test_the_sprite_holds_the_listed_icons_and_no_others(built_assets: Path) -> None:
    sprite = (built_assets / "icons.svg").read_text()
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == assets.icon_names()


def test_the_sprite_holds_what_templates_and_code_name_and_nothing_else(node_modules: Path) -> None:
    drawings = {path.stem for path in (node_modules / "lucide-static" / "icons").glob("*.svg")}
    sources = "".join(path.read_text() for ending in ("*.html", "*.py") for path in PACKAGE.rglob(ending))
    words = set(re.findall(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""", sources))
    surely_icons = set(re.findall(r"""(?:icon\(|icon=|icon": ?)["']([a-z0-9-]+)["']""", sources))
    listed = set(assets.icon_names())
    assert surely_icons - listed == set()
    assert {word for word in words & drawings if "-" in word} - listed == set()
    assert listed - words == set()


def test_no_template_has_inline_styles_scripts_or_handlers() -> None:
    forbidden = re.compile(r"""\sstyle=["']|<style|\son[a-z]+=["']|<script(?![^>]*\ssrc=)(?![^>]*json)|javascript:""")
    found = [
        f"{path.relative_to(PACKAGE)}: {match[0]}"
        for path in PACKAGE.rglob("templates/**/*.html")
        for match in forbidden.finditer(path.read_text())
    ]
    assert found == []


def test_the_lock_of_npm_names_no_registry() -> None:
    lock = (assets.ROOT / "package-lock.json").read_text()
    assert ('"resolved"' in lock, "registry." in lock) == (False, False)


def test_an_unknown_icon_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsError, match="There is no icon “unheard-of”"):
        assets._sprite(tmp_path, ["unheard-of"])
