"""`polytech messages`: the catalogues of translations, from the terminal."""

import typer
from rich.console import Console

from polytech.config.failures import Exit
from polytech.config.house import catalogues

messages = typer.Typer(
    help="Collect, compile and check the catalogues of Kazakh and Russian words.", no_args_is_help=True
)
_console = Console(soft_wrap=True, highlight=False)


@messages.command()
def extract() -> None:
    """Bring every catalogue up to the code. New messages come in empty; translated ones stay as they are.

    Example: `polytech messages extract`
    """
    for path, empty in catalogues.extract():
        if empty:
            _console.print(f"{path}: {empty} to translate")


@messages.command("compile")
def compile_() -> None:
    """Compile the catalogues that changed since the last time.

    Example: `polytech messages compile`
    """
    compiled = catalogues.compile_stale()
    _console.print(f"{len(compiled)} compiled")


@messages.command()
def check() -> None:
    """List what is missing, fuzzy, out of use, or has wrong placeholders. Ends with 3 when there is something.

    Example: `polytech messages check`
    """
    complaints = list(catalogues.check())
    for complaint in complaints:
        _console.print(str(complaint), markup=False)
    if complaints:
        raise typer.Exit(Exit.FINDINGS)
    _console.print("The catalogues are complete.")
