"""Django's management commands, passed through."""

from typing import Annotated

import typer

from polytech.config.cli import setup_django


def django(
    context: typer.Context,
    arguments: Annotated[list[str] | None, typer.Argument(help="The command and its arguments.")] = None,
) -> None:
    """Django's own management commands.

    Example: `polytech django makemigrations --check --dry-run`
    """
    from django.core.management import execute_from_command_line

    setup_django()
    execute_from_command_line(["polytech django", *(arguments or []), *context.args])


django.command_settings = {  # type: ignore[attr-defined]
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
}
