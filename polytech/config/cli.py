"""The program `polytech`: one table of commands, each loaded only when it is called.

A room adds a command in two steps:

1. It writes a typed function in its `commands.py`, in Typer's manner; a group of commands is a `typer.Typer()`:

       def sync(
           source: Annotated[str, typer.Argument(help="Folder, zip file or https address.")],
           preview: Annotated[bool, typer.Option(help="Show what would change; write nothing.")] = False,
       ) -> None:
           \"\"\"Bring in a delivery of the student information system.

           Example: `polytech sync delivery.zip --preview`
           \"\"\"

2. It adds a row to COMMANDS below: name, module, attribute, one line of help, panel, and what must be ready.

With `needs=DJANGO` the settings are loaded before the module is imported; with `needs=DATABASE` a database answers as
well (an embedded one that is not running is started for as long as the command runs). Modules of rooms may therefore
import models at the top. A command ends by returning (0), by `raise typer.Exit(code)` with a code of
`polytech.config.failures.Exit` (3: findings, 4: refused), or by an exception: `kernel.actions.Refused` and `Failure`
are printed as one sentence. The table is read without importing anything, so `polytech --help` stays quick.
"""

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from polytech.config.failures import Exit, Failure

NOTHING, DJANGO, DATABASE = "nothing", "django", "database"
RUNNING, FEEDING, PEOPLE, KEEPING, MAKING = "Run", "Bring in", "People", "Keep", "Develop"


@dataclass(frozen=True)
class Command:
    """One row: where a command lives and what it is for."""

    name: str
    module: str
    attribute: str
    help: str
    panel: str
    needs: str = NOTHING


_OWN = "polytech.config.commands"
_SIS = "polytech.integrations.sis.commands"
_PEOPLE = "polytech.people.commands"
_HOUSE = "polytech.config.house"

COMMANDS = (
    Command("run", f"{_OWN}.run", "run", "Everything: database, migrations, demo, web, streams, jobs.", RUNNING),
    Command("serve", f"{_OWN}.run", "serve", "The web server alone.", RUNNING),
    Command("streams", f"{_OWN}.run", "streams", "The stream server alone.", RUNNING),
    Command("worker", f"{_OWN}.run", "worker", "The worker of background jobs alone.", RUNNING),
    Command("migrate", f"{_OWN}.database", "migrate", "Bring the database to this version.", RUNNING, DATABASE),
    Command("demo", f"{_OWN}.demo", "demo", "Fill an empty database with the demo university.", RUNNING, DATABASE),
    Command("sync", _SIS, "sync", "Bring in a delivery of the student information system.", FEEDING, DATABASE),
    Command("sis-sample", _SIS, "sis_sample", "Write the feed of a made-up university of any size.", FEEDING),
    Command(
        "import-moodle", "polytech.integrations.moodle.commands", "import_moodle",
        "Import a Moodle backup (.mbz) into a course.", FEEDING, DATABASE,
    ),
    Command("person", _PEOPLE, "person", "Make a person, give a role, set a password.", PEOPLE, DATABASE),
    Command("token", _PEOPLE, "token", "Make, list and revoke keys of other systems.", PEOPLE, DATABASE),
    Command("oidc-client", _PEOPLE, "oidc_client", "Systems that sign in through the portal.", PEOPLE, DATABASE),
    Command("check", f"{_OWN}.check", "check", "Is this installation fit for production?", KEEPING, DATABASE),
    Command("backup", f"{_OWN}.database", "backup", "Write the database into one file.", KEEPING, DATABASE),
    Command("restore", f"{_OWN}.database", "restore", "Read such a file into an empty database.", KEEPING, DATABASE),
    Command("bench", f"{_HOUSE}.bench", "bench", "Measure the pages: CPU-ms and bytes.", MAKING),
    Command("messages", f"{_HOUSE}.messages", "messages", "Collect and compile the catalogues.", MAKING),
    Command("requirements", f"{_HOUSE}.requirements", "requirements", "Which requirements are proved.", MAKING),
    Command("dependencies", f"{_HOUSE}.dependencies", "dependencies", "Versions and licences of all parts.", MAKING),
    Command("screenshots", f"{_HOUSE}.screenshots", "screenshots", "Take the README pictures.", MAKING),
    Command("assets", f"{_OWN}.assets", "assets", "Build CSS, JavaScript and icons.", MAKING),
    Command("django", f"{_OWN}.django", "django", "Django's own management commands.", MAKING),
)  # fmt: skip

HELP = """The online-learning portal of a university: one program for all of it.

Examples:

- `polytech run`: everything, for trying and developing
- `polytech sync delivery.zip --preview`: what would this delivery change?
- `polytech import-moodle course.mbz`: a course of Moodle becomes a course here
- `polytech check`: is this installation fit for production?
"""
EPILOG = """Exit codes:

- 0 done
- 1 failed; the last line says why
- 2 wrong usage
- 3 findings: something in the input was kept out, or a check does not hold
- 4 refused; nothing was changed
- 5 the surroundings: database, port, disk or a permission is missing
- 130 interrupted

Settings come from the environment, POLYTECH_…: docs/operator.md lists them."""


class Commands(TyperGroup):
    """Shows the table; imports only the command that is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rows = {row.name: row for row in COMMANDS}
        for row in self.rows.values():
            self.add_command(
                TyperCommand(name=row.name, callback=None, help=row.help, rich_help_panel=row.panel), row.name
            )

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name in self.rows:
            wants_help_only = bool({"--help", "-h"} & set(rest))
            row = self.rows[name]
            if row.needs == DATABASE and not wants_help_only:
                ctx.with_resource(_database())
            command = load(row)
        return name, command, rest


def load(row: Command) -> Any:
    """The command of a row, imported, with Django ready where the row asks for it."""
    if row.needs != NOTHING:
        setup_django()
    found = getattr(importlib.import_module(row.module), row.attribute)
    if isinstance(found, typer.Typer):
        found.info.rich_help_panel = row.panel
        return typer.main.get_command(found)
    single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    settings = getattr(found, "command_settings", {})
    single.command(row.name, **settings)(found)
    return typer.main.get_command(single)


def setup_django() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")
        django.setup()


@contextlib.contextmanager
def _database() -> Iterator[None]:
    """A database that answers, for as long as a command runs."""
    from polytech.config.database import embedded, ready

    if embedded() is None:
        # Nothing has to be started first, and Django warns of whoever asks the database before it is set up.
        setup_django()
    with ready():
        yield


app = typer.Typer(
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@app.callback()
def polytech() -> None:
    """The program itself takes no options."""


polytech.__doc__ = HELP


def main() -> None:
    """Run the program; failures that somebody can mend end in one sentence on standard error, not in a traceback."""
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: list[str]) -> int:
    """The exit code of one run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")
    try:
        app(arguments, prog_name="polytech")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.FAILED
    except Failure as failure:
        return _tell(failure.sentence, failure.code)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as problem:
        sentence, code = _sentence_of(problem)
        if sentence is None:
            raise
        return _tell(sentence, code)
    return Exit.DONE


def _tell(sentence: str, code: Exit) -> Exit:
    sys.stderr.write(f"polytech: {sentence}\n")
    return code


def _sentence_of(problem: Exception) -> tuple[str | None, Exit]:
    """A sentence for failures that are nobody's bug; None for those that deserve a traceback."""
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
        return f"the disk is full ({problem.filename or 'while writing'}). Free some space and try again.", (
            Exit.SURROUNDINGS
        )
    if isinstance(problem, PermissionError) and problem.filename:
        return f"no permission for {problem.filename}.", Exit.SURROUNDINGS
    kind = f"{type(problem).__module__}.{type(problem).__qualname__}"
    if kind == "polytech.kernel.actions.Refused":
        return str(problem.sentence), Exit.REFUSED  # type: ignore[attr-defined]
    if kind in {"django.db.utils.OperationalError", "psycopg.OperationalError"}:
        return f"the database does not answer: {str(problem).strip().splitlines()[0]}", Exit.SURROUNDINGS
    return None, Exit.FAILED
