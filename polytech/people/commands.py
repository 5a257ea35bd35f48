"""The program's commands about people and other systems."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from polytech.kernel import clock
from polytech.people.actions import add_client, grant_role, make_token, reset_password, revoke_token
from polytech.people.actions import make_person as make
from polytech.people.client_actions import SCOPES as CLIENT_SCOPES
from polytech.people.models import ApiToken, OrgUnit, Person, Role, RoleGrant
from polytech.people.names import full_name
from polytech.people.resealing import reseal_all
from polytech.people.scopes import SCOPES

person = typer.Typer(no_args_is_help=True, add_completion=False, help="Make a person, give a role, set a password.")
token = typer.Typer(no_args_is_help=True, add_completion=False, help="Make, list and revoke keys of other systems.")
oidc_client = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Systems of the university that sign in through the portal."
)

_screen = Console()
# Of the exit codes in docs/operator.md.
_FINDINGS = 3
Name = Annotated[str, typer.Option(help="May be left out.")]


def _found(username: str) -> Person:
    found = Person.objects.filter(username=username.lower()).first()
    if found is None:
        raise typer.BadParameter(f"nobody is called {username!r}", param_hint="USERNAME")
    return found


@person.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Small letters, digits, dots, dashes.")],
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    family: Name = "",
    given: Name = "",
    email: Name = "",
) -> None:
    """Make an account by hand, flagged as such, and print its password once.

    Example: `polytech person add aigerim --family Нұрлан --given Айгерім --role administrator`
    """
    names = {
        f"{part}_{script}": word for script in ("kk", "ru") for part, word in (("family", family), ("given", given))
    }
    made = make(viewer=None, username=username, email=email, names=names)
    for one in role or []:
        grant_role(viewer=None, person=made, role=one, org_id=None)
    _screen.print(f"{made.username}  {reset_password(viewer=None, person=made)}")


@person.command("password")
def password(username: Annotated[str, typer.Argument()]) -> None:
    """Give a new password, printed once. Every session of the person ends.

    Example: `polytech person password aigerim`
    """
    _screen.print(reset_password(viewer=None, person=_found(username)))


@person.command("roles")
def roles(
    username: Annotated[str, typer.Argument()],
    give: Annotated[Role | None, typer.Option(help="Give this role.")] = None,
    org: Annotated[str, typer.Option(help="The unit by its identifier in the feed; else all of it.")] = "",
) -> None:
    """Show the roles of a person; with --give, give one more.

    Example: `polytech person roles aigerim --give registrar`
    """
    found = _found(username)
    if give is not None:
        unit = OrgUnit.objects.filter(sourced_id=org).first() if org else None
        if org and unit is None:
            raise typer.BadParameter(f"the feed knows no unit {org!r}", param_hint="--org")
        grant_role(viewer=None, person=found, role=give, org_id=unit.pk if unit else None)
    table = Table("role", "unit", "from", "until", "ended", title=full_name(found) or found.username)
    for grant in RoleGrant.objects.filter(person=found).select_related("org").order_by("id"):
        unit_name = grant.org.sourced_id or str(grant.org.pk) if grant.org else "the whole university"
        table.add_row(
            grant.role, unit_name, *(str(day or "") for day in (grant.starts_on, grant.ends_on, grant.ended_at))
        )
    _screen.print(table)


@person.command("reseal")
def reseal() -> None:
    """After a new POLYTECH_PERSONAL_DATA_KEY: seal IINs and second factors with it. Can be stopped and run again.

    Ends with 3 when something can be opened by no key.

    Example: `polytech person reseal`
    """
    sealed = reseal_all()
    _screen.print(f"{sealed.old} sealed anew")
    if sealed.lost:
        _screen.print(f"{sealed.lost} can be opened by no key: put the old one into POLYTECH_PERSONAL_DATA_OLD_KEYS")
        raise typer.Exit(_FINDINGS)


@token.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="Which system will use it.")],
    scope: Annotated[list[str], typer.Option(help=f"One of {', '.join(SCOPES)}; several times.")],
    days: Annotated[int | None, typer.Option(help="For how long it is valid.", min=1)] = None,
) -> None:
    """Make a key, printed once.

    Example: `polytech token add "Student portal" --scope sis:write --days 365`
    """
    expires_at = clock.now() + timedelta(days=days) if days else None
    _record, key = make_token(viewer=None, name=name, scopes=scope, expires_at=expires_at)
    _screen.print(key, soft_wrap=True)


@token.command("list")
def list_tokens() -> None:
    """Every key: what for, when used, whether revoked."""
    table = Table("id", "name", "scopes", "made", "last used", "valid until", "revoked")
    for one in ApiToken.objects.order_by("id"):
        days = (one.created_at, one.used_at, one.expires_at, one.revoked_at)
        table.add_row(str(one.pk), one.name, ", ".join(one.scopes), *(f"{day:%Y-%m-%d}" if day else "" for day in days))
    _screen.print(table)


@token.command("revoke")
def revoke(number: Annotated[int, typer.Argument(help="The id that `polytech token list` shows.")]) -> None:
    """Let a key open nothing any more, at once."""
    found = ApiToken.objects.filter(pk=number).first()
    if found is None:
        raise typer.BadParameter("no such key", param_hint="NUMBER")
    revoke_token(viewer=None, token=found)


@oidc_client.command("add")
def add_oidc_client(
    name: Annotated[str, typer.Argument(help="What people call the system.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where people are sent back to; several times.")],
    public: Annotated[bool, typer.Option(help="A system that cannot keep a secret.")] = False,
    ask: Annotated[bool, typer.Option(help="Ask people before their data go there.")] = False,
    scope: Annotated[list[str] | None, typer.Option(help="profile, email: what it may learn; several times.")] = None,
) -> None:
    """Let a system sign people in through the portal; prints its name and secret once.

    Example: `polytech oidc-client add Library --redirect-uri https://library.example.kz/callback`
    """
    client, secret = add_client(
        viewer=None, name=name, redirect_uris=redirect_uri, public=public, ask=ask,
        scopes=scope or CLIENT_SCOPES,
    )  # fmt: skip
    _screen.print(f"client_id      {client.pk}", soft_wrap=True)
    if secret:
        _screen.print(f"client_secret  {secret}", soft_wrap=True)


@oidc_client.command("list")
def list_oidc_clients() -> None:
    """Every system that signs in through the portal."""
    from allauth.idp.oidc.models import Client

    table = Table("client_id", "name", "addresses")
    for client in Client.objects.order_by("created_at"):
        table.add_row(client.pk, client.name, client.redirect_uris)
    _screen.print(table)


@oidc_client.command("remove")
def remove_oidc_client(client_id: Annotated[str, typer.Argument()]) -> None:
    """Let a system sign nobody in any more; its tokens end with it."""
    from allauth.idp.oidc.models import Client

    gone, _rows = Client.objects.filter(pk=client_id).delete()
    if not gone:
        raise typer.BadParameter("no such system", param_hint="CLIENT_ID")
