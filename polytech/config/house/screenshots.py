"""`polytech screenshots`: the pictures of the README, and of every main page for looking through."""

from typing import Annotated

import typer

from polytech.config.environment import ROOT, VAR
from polytech.config.failures import Failure
from polytech.config.house import pictures
from polytech.config.screen import Screen

SHOWN = ROOT / "docs" / "pictures"
EVERYTHING = VAR / "screenshots"


def screenshots(
    everything: Annotated[
        bool, typer.Option("--all", help="Also every main page at both widths, both themes and in three languages.")
    ] = False,
    only: Annotated[str, typer.Option(help="With --all: only pages with this in their name.")] = "",
) -> None:
    """Start a demo university, sign in as each role, and photograph it with Chromium.

    The README's pictures go into docs/pictures, all others into var/screenshots.

    Example: `polytech screenshots --all --only home`
    """
    screen = Screen()
    with screen.step("Demo university"), pictures.demo() as (address, sign_ins), pictures.browser() as browser:
        camera = pictures.Camera(browser, address, sign_ins)
        SHOWN.mkdir(parents=True, exist_ok=True)
        for shot in () if only else pictures.SHOWN:
            target = SHOWN / shot.file
            if not camera.take(shot, target, whole_page=False):
                raise Failure(f"there is no page for {shot.file}")
            if target.stat().st_size > pictures.LARGEST_PICTURE:
                raise Failure(f"{target} is larger than {pictures.LARGEST_PICTURE // 1000} kB")
        if everything:
            _take_all(camera, screen, only)


def _take_all(camera: pictures.Camera, screen: Screen, only: str) -> None:
    EVERYTHING.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in pictures.all_shots() if only in shot.subject]
    with screen.step(f"{len(wanted)} pictures into {EVERYTHING}") as report:
        for number, shot in enumerate(wanted):
            report(number / len(wanted), shot.file)
            if not camera.take(shot, EVERYTHING / shot.file, whole_page=True):
                screen.line(f"no page: {shot.file}")
