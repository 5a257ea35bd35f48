"""The assets: CSS, JavaScript and icons, built by the room `ui`, collected for the web server."""

from polytech.config.failures import Failure
from polytech.config.screen import Report, Screen


def assets() -> None:
    """Build CSS, JavaScript, icons and catalogues where they are not fresh, and put them where they are read.

    Example: `polytech assets`
    """
    with Screen().step("Assets") as report:
        build(report)


def build(report: Report) -> None:
    """Build and compile what changed, and collect the static files of every room and library into `var/static`."""
    from polytech.config.cli import setup_django
    from polytech.config.house import catalogues
    from polytech.ui import assets as ui_assets

    catalogues.compile_stale()
    setup_django()
    try:
        ui_assets.build(lambda what, share: report(share, what))
    except ui_assets.AssetsError as problem:
        raise Failure(f"the assets could not be built: {problem}") from problem
